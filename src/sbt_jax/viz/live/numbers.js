// Numbers in words: mirrors sbt_jax.numbers for every callback, as `sbt.numbers`.
//
// A classic script without dependencies, loaded before all others, with every figure.
;(() => {
  "use strict"

  const NAMES = {NaN: "nan", Infinity: "inf", "-Infinity": "-inf"}

  // `digits` decimals as Python writes them: what lies midway goes to the even digit.
  function fixed(value, digits = 0) {
    if (!Number.isFinite(value)) return NAMES[value]
    const sign = value < 0 || Object.is(value, -0) ? "-" : ""
    const size = Math.abs(value)
    const near = size.toFixed(digits)
    const exact = size.toFixed(Math.min(digits + 40, 100))
    const rest = exact.slice(exact.indexOf(".") + 1 + digits)
    const [last] = near.slice(-1)
    if (!/^50*$/.test(rest) || last % 2 === 0) return sign + near
    const below = BigInt(near.replace(".", "")) - 1n // toFixed has gone up
    const text = String(below).padStart(digits + 1, "0")
    const at = text.length - digits
    return sign + text.slice(0, at) + (digits ? `.${text.slice(at)}` : "")
  }

  const percent = (share, digits = 0) => `${fixed(100 * share, digits)} %`

  function decimal(value, digits = 2) {
    const text = fixed(value, digits)
    return Number(text) === 0 ? text.replace("-", "") : text
  }

  function count(number) {
    const text = fixed(number).replace(/\B(?=(\d{3})+$)/g, ",")
    return text === "-0" ? "0" : text
  }

  function span(values, show = (x) => decimal(x)) {
    if (!values.length) throw new RangeError("values must not be empty, got []")
    const [low, high] = [Math.min(...values), Math.max(...values)].map((x) => show(x))
    if (low === high) return low
    const [first, ...unit] = low.split(" ")
    const last = high.split(" ").slice(1).join(" ")
    return unit.join(" ") === last ? `${first} to ${high}`
      : `${first} ${unit.join(" ")} to ${high}`
  }

  // Of many numbers with no loss on the way, as Python's `fsum`.
  function mean(values) {
    let [sum, lost] = [0, 0]
    for (const value of values) {
      const next = sum + value
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
      sum = next
    }
    return (sum + lost) / values.length
  }

  function spread(values, show = (x) => decimal(x)) {
    const said = span(values, show)
    const middle = show(mean(values))
    return said === middle ? middle : `${middle} (${said.replace(/ %$/, "")})`
  }

  globalThis.sbt = Object.assign(globalThis.sbt ?? {}, {
    numbers: {count, decimal, fixed, mean, percent, span, spread},
  })
})()
