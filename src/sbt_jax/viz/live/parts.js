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

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {heat, names})
})()
