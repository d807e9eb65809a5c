// The browser half of browse.py. The named exports mirror its functions; tests/contracts
// compares them.
const escape = (text) => {
  const signs = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
  return text.replace(/[&<>"']/g, (sign) => signs[sign])
}

export function example(text) {
  const at = text.lastIndexOf(" ")
  return `… ${escape(text.slice(0, Math.max(at, 0)))} <b>${escape(text.slice(at + 1))}</b>`
}

export function cardHtml(strong, weak, says) {
  const part = (title, texts) =>
    `<dt>${title}</dt>` + texts.map((text) => `<dd>${example(text)}</dd>`).join("")
  return `<dl>${part("strongest", strong)}${part("weak", weak)}` +
    `<dt>alone it would say</dt><dd>${escape(says.join(", "))}</dd></dl>`
}

export function cardLine(number, often, most) {
  if (!often) return `Feature ${number} fires nowhere in these stories: it is dead.`
  return `Feature ${number} fires on ${sbt.numbers.percent(often, 1)} of all words, with` +
    ` ${sbt.numbers.decimal(most, 0)} at most.`
}

const figures = {
  show({which, shelf, card, line}) {
    const at = which.value
    const {often, most, strong, weak, says} = shelf.data
    card.text = cardHtml(strong[at], weak[at], says[at])
    line.text = cardLine(at, often[at], most[at])
  },

  next({which}) {
    which.value = which.value < which.end ? which.value + 1 : 0
  },
}

export default ({figure, ...it}) => figures[figure](it)
