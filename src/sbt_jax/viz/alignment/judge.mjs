// Mirrors viz/alignment/judge.py; checked by tests/contracts.
const RESERVE = 0.2
const STEPS = 200
const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)

export function judged(features, verdicts) {
  const gaps = verdicts.map(([won, lost]) =>
    features[won].map((x, i) => x - features[lost][i]))
  const weights = features[0].map(() => 0)
  const rate = 1 / (RESERVE + gaps.reduce((sum, gap) => sum + dot(gap, gap), 0) / 4)
  for (let step = 0; step < (gaps.length ? STEPS : 0); step++) {
    const doubts = gaps.map((gap) => 1 / (1 + Math.exp(dot(gap, weights))))
    const slope = weights.map((w, i) =>
      doubts.reduce((sum, doubt, k) => sum + doubt * gaps[k][i], 0) - RESERVE * w)
    slope.forEach((x, i) => (weights[i] += rate * x))
  }
  return features.map((row) => dot(row, weights))
}

export function pulled(reference, scores, beta) {
  const top = Math.max(...scores)
  const raw = reference.map((p, i) => p * Math.exp((scores[i] - top) / beta))
  const total = raw.reduce((sum, p) => sum + p, 0)
  return raw.map((p) => p / total)
}

export function answersHtml(answers, before, now) {
  const share = (p) => (100 * p).toFixed(1)
  return answers.map((text, i) =>
    `<p>${sbt.escape(text)}<span><small>${sbt.numbers.percent(now[i])}</small>` +
    `<i><b style="width:${share(now[i])}%"></b>` +
    `<em style="left:${share(before[i])}%"></em></i></span></p>`).join("")
}

export function judgeLine(answers, scores, before, now, count) {
  if (!count) return "No verdict yet: the model answers as fine-tuning has left it."
  const {percent} = sbt.numbers
  const best = scores.indexOf(Math.max(...scores))
  const verdicts = count === 1 ? "1 verdict" : `${count} verdicts`
  const moved = now.reduce((sum, p, i) =>
    sum + (p > 0 ? p * Math.log(p / before[i]) : 0), 0)
  return `After ${verdicts} the judge likes best: “${answers[best]}” The model says it` +
    ` with ${percent(now[best])}, before ${percent(before[best])}. It has moved by` +
    ` ${moved.toFixed(2)} nats.`
}

const figures = {
  draw({shelf, answers, reference, leashes, leash, buttons, bars, line}) {
    const [{pairs, features}] = shelf.tags
    const won = Array.from(shelf.data.won)
    const verdicts = won.map((one, i) => [one, shelf.data.lost[i]])
    const scores = judged(features, verdicts)
    const now = pulled(reference, scores, leashes[leash.value])
    pairs[won.length % pairs.length].forEach((i, at) => (buttons[at].label = answers[i]))
    bars.text = answersHtml(answers, reference, now)
    line.text = judgeLine(answers, scores, reference, now, won.length)
  },

  verdict({at, ...it}) {
    const {won, lost} = it.shelf.data
    const pair = it.shelf.tags[0].pairs[won.length % it.shelf.tags[0].pairs.length]
    it.shelf.data = {won: [...won, pair[at]], lost: [...lost, pair[1 - at]]}
    figures.draw(it)
  },

  forget(it) {
    it.shelf.data = {won: [], lost: []}
    figures.draw(it)
  },
}

export default ({figure, ...args}) => figures[figure](args)
