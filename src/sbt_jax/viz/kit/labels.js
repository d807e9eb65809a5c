// Words beside dots, in the page's ink: each where there is room, or not at all.
;(() => {
  const page = document.documentElement
  const pen = document.createElement("canvas").getContext("2d")
  function label({model: plot}) {
    const words = plot.center?.find((one) => one.tags?.includes("sbt-labels"))
    if (!words) return
    words.text_color = getComputedStyle(page).getPropertyValue("--sbt-ink").trim() || "#7d7d86"
    if (words.sbtPlaced) return
    words.sbtPlaced = true
    let timer
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => place(plot, words), 20)
    }
    for (const {start, end} of [plot.x_range.properties, plot.y_range.properties]) {
      for (const edge of [start, end]) edge.change.connect(later)
    }
    const {inner_width, inner_height} = plot.properties
    for (const size of [inner_width, inner_height]) size.change.connect(later)
    words.source.properties.data.change.connect(later)
    later()
  }

  function place(plot, words) {
    const {x_range, y_range, inner_width: width, inner_height: height} = plot
    const {data} = words.source
    const on = (range, size) => (v) => ((v - range.start) / (range.end - range.start)) * size
    const [sx, sy] = [on(x_range, width), on(y_range, height)]
    const [xs, ys] = [Array.from(data.x, sx), Array.from(data.y, sy)]
    const taken = xs.map((x, i) => [x - 5, ys[i] - 5, x + 5, ys[i] + 5])
    for (const arrow of plot.center.filter((one) => one.type === "Arrow")) {
      const {x0, y0, x1, y1} = arrow.source.data
      Array.from(x0, (_, i) => {
        for (let t = 0; t <= 1; t += 0.05) {
          const [x, y] = [sx(x0[i] + t * (x1[i] - x0[i])), sy(y0[i] + t * (y1[i] - y0[i]))]
          taken.push([x - 2, y - 2, x + 2, y + 2])
        }
      })
    }
    const hits = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
    pen.font = `${words.text_font_size.value ?? words.text_font_size} sans-serif`
    const found = Array.from(data.word, (word, i) => {
      const [wide, high] = [pen.measureText(word).width, 16]
      const [side, middle] = [wide / 2 + 8, -high / 2]
      const spots = [[0, 7], [0, -7 - high], [side, middle], [-side, middle],
        [side, 5], [-side, 5], [side, -5 - high], [-side, -5 - high]]
      for (const [dx, dy] of spots) {
        const [left, low] = [xs[i] + dx - wide / 2, ys[i] + dy]
        const box = [left, low, left + wide, low + high]
        const inside = left >= 0 && low >= 0 && box[2] <= width && box[3] <= height
        if (!inside || taken.some((other) => hits(box, other))) continue
        taken.push(box)
        return [word, dx, dy]
      }
      return ["", 0, 7]
    })
    const now = Object.fromEntries(
      ["label", "dx", "dy"].map((key, at) => [key, found.map((one) => one[at])]))
    const same = Object.keys(now).every((key) => String(now[key]) === String(Array.from(data[key])))
    if (!same) words.source.data = {...data, ...now}
  }

  ;((globalThis.sbt ??= {}).kit ??= {}).label = label
})()
