// Where a model of a reader's text is trained: a worker made of the text of the functions
// that train, so that a page opened from a folder has one too; or, where a browser refuses
// it, the page itself, in short turns. Nothing leaves the page.
;(() => {
  "use strict"

  // Trains, and tells how it goes; a part of the worker. Messages are {does: "start", learn,
  // held, sizes, settings, seed, marks}, {does: "pause"}, {does: "go on"}. What it posts:
  //   step, seconds    updates done, and the time that they took
  //   losses, held     since the last post: [update, loss], the latter of lines held back
  //   texts            lists of ids written after so many updates, or nothing
  //   end              why it stops: "done", or "diverged"
  function session({initial, model, rateAt}, writer, {drawer, heldBack}, post, slice) {
    let it, going

    function start({learn, held, sizes, settings, seed, marks}) {
      const made = model(sizes, initial(sizes, seed))
      const apart = heldBack(held, sizes)
      it = {
        made, settings, marks, write: writer(made), next: drawer(learn, sizes, seed + 1),
        apart, step: 0, spent: 0, wrote: 0, posted: 0, losses: [], held: [], sum: 0, count: 0,
      }
      tell(0, {texts: it.write(0)})
    }

    function tell(spent, more) {
      const {step, losses, held} = it
      post({step, seconds: spent / 1000, losses, held, ...more})
      Object.assign(it, {losses: [], held: []})
    }

    // One update. A loss is told as the mean since the last mark.
    function advance() {
      const {made, settings, marks} = it
      const loss = made.slopes(it.next())
      if (!Number.isFinite(loss)) return "diverged"
      made.update(rateAt(it.step, settings), settings)
      it.step++
      it.sum += loss
      it.count++
      if (marks.includes(it.step)) {
        it.losses.push([it.step, it.sum / it.count])
        it.sum = it.count = 0
        if (it.apart) it.held.push([it.step, made.loss(it.apart.tokens, it.apart.asked)])
      }
      return it.step === settings.steps ? "done" : ""
    }

    // Updates for a while; then whatever waits may come in.
    function turn() {
      if (!going) return
      const begun = performance.now() - it.spent
      const stop = it.spent + slice
      do {
        const end = advance()
        it.spent = performance.now() - begun
        report(end)
        if (end) going = false
      } while (going && it.spent < stop)
      if (going) later(turn)
    }

    // Texts are written often at first, when they change fast.
    function report(end) {
      const due = it.spent - it.wrote > (it.step <= 100 ? 300 : 1000)
      const write = due || end === "done" || it.step === 10 || it.step === 100
      if (!write && !end && it.spent - it.posted < 100) return
      it.posted = it.spent
      if (write) it.wrote = it.spent
      tell(it.spent, {...(write ? {texts: it.write(it.step)} : {}), ...(end ? {end} : {})})
    }

    // As soon as possible, but after what has come in meanwhile.
    function later(what) {
      const {port1, port2} = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        what()
      }
      port2.postMessage(null)
    }

    return (message) => {
      if (message.does === "pause") return void (going = false)
      if (message.does === "start") start(message)
      if (!going) {
        going = true
        later(turn)
      }
    }
  }

  // The text of a program that does nothing but train.
  function program() {
    const {batches, kernels, random, trainer, writers} = globalThis.sbt
    return `"use strict"
      const whole = (_, value) => value
      const random = ${random}
      const kernels = (${kernels})()
      const take = (${session})((${trainer})(kernels, random), (${writers})(kernels, random),
        (${batches})(random), (message) => postMessage(message), 40)
      onmessage = ({data}) => take(data)
      postMessage({ready: true})`
  }

  // The same on the page, in turns of 12 milliseconds.
  function onPage(post) {
    const {batches, kernels, random, trainer, writers} = globalThis.sbt
    const made = kernels()
    let open = true
    const told = (message) => open && post(message)
    const take = session(trainer(made, random), writers(made, random), batches(random),
      told, 12)
    return {send: take, close() {
      open = false
      take({does: "pause"})
    }}
  }

  // Begin to train. `message` is what a session starts with, `post` is given what it
  // tells, and `fail` an error. Gives {send, close, where}: `where` is "worker" or "page".
  function startTraining(message, post, fail, refused = false) {
    let [inner, ready, closed] = [null, false, false]
    const found = {where: "worker", send: (more) => inner.send(more), close() {
      closed = true
      inner.close()
    }}
    const waiting = []
    function fallBack() {
      found.where = "page"
      inner = onPage(post)
      try {
        for (const one of [message, ...waiting]) inner.send(one)
      } catch (error) {
        fail(error.message)
      }
    }
    try {
      if (refused) throw new Error("no worker is wanted")
      const url = URL.createObjectURL(new Blob([program()], {type: "text/javascript"}))
      const worker = new Worker(url)
      worker.onmessage = ({data}) => {
        if (!data.ready) return closed || post(data)
        ready = true
        URL.revokeObjectURL(url)
      }
      worker.onerror = (event) => {
        event.preventDefault()
        worker.terminate()
        if (closed) return
        if (ready) fail(event.message)
        else fallBack() // refused: it has not begun
      }
      inner = {close: () => worker.terminate(), send(more) {
        if (!ready) waiting.push(more)
        worker.postMessage(more)
      }}
      worker.postMessage(message)
    } catch {
      fallBack()
    }
    return found
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {session, startTraining})
})()
