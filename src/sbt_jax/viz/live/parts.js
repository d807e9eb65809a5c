// What figures of several chapters draw in the browser: the other half of viz/parts.
;(() => {
  "use strict"

  // Tokens as their bars name them, all different; mirrors parts/tokens.py.
  function names(tokens) {
    const found = []
    for (const token of tokens) {
      let name = token === "<end>" ? "(the end)" : token.trim() || `“${token}”`
      while (found.includes(name)) name = `·${name}`
      found.push(name)
    }
    return found
  }

  // Draw weights, a row for each token that looks, where parts/heat.py drew the first.
  function heat(source, plot, rows, room = 1) {
    const time = rows.length
    const image = new Float32Array(time * time)
    rows.forEach((row, t) => image.set(row, t * time))
    const Grid = source.data.image[0].constructor // Bokeh's, which knows its shape
    source.data = {image: [new Grid(image, [time, time])], size: [time]}
    plot.x_range.end = plot.y_range.start = room * time
  }

  // Let a button start what `steps` does and, pressed again, stop it: `run.on` is false
  // from then on. Each run beside a line has the next seed. Gives what the steps give;
  // of the press that stops, nothing.
  const runs = new WeakMap()
  const going = new Map() // run -> the line it is told on
  async function toggled(line, button, steps) {
    const before = runs.get(line)
    if (before?.on) return void (before.on = false)
    const run = {on: true, seed: (before?.seed ?? 0) + 1}
    runs.set(line, run)
    going.set(run, line)
    const {label} = button
    globalThis.sbt.relabel(button, "stop")
    try {
      return await steps(run)
    } finally {
      run.on = false
      going.delete(run)
      globalThis.sbt.relabel(button, label)
    }
  }

  // Stop what still runs in a figure, which is about to be drawn anew.
  function halt(figure) {
    for (const [run, line] of going) if (line.document === figure) run.on = false
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {halt, heat, names, pause, toggled})
})()
