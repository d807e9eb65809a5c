"""Chapter 3 in a browser: words with + and −, and axes that the reader names."""

import pytest

from sbt_jax.embeddings import load_glove

GLOVE = load_glove()


class Figure:
    """A figure of the chapter, by its place on the page."""

    def __init__(self, page, i):
        self.page, self.i = page, i
        self.boxes = [w for w in self.widgets() if w["kind"] == "text"]

    def widgets(self):
        return self.page.evaluate("(i) => probe.widgets(i)", self.i)

    def type(self, text, box=0):
        units = list(text.encode("utf-16-le"))
        units = [a + 256 * b for a, b in zip(units[::2], units[1::2], strict=True)]
        self.page.evaluate(
            "([i, id, units]) => probe.paste(i, id, units)",
            [self.i, self.boxes[box]["id"], units],
        )

    def put(self, kind, prop, value):
        (widget,) = [w for w in self.widgets() if w["kind"] == kind]
        self.page.evaluate(
            "([i, ...rest]) => probe.put(i, ...rest)",
            [self.i, widget["id"], prop, value],
        )

    def line(self):
        return self.page.evaluate("(i) => probe.line(i).text", self.i)


@pytest.fixture
def figures(visit):
    page = visit("embeddings.html")
    return [Figure(page, i) for i in range(2)]


@pytest.mark.parametrize(
    ("text", "a", "b", "c"),
    [
        ("paris - france + japan", "paris", "france", "japan"),
        ("Dogs − dog+cat", "dogs", "dog", "cat"),
    ],
)
def test_typed_sums_are_those_of_jax(figures, text, a, b, c):
    figures[0].type(text)
    ((first, cosine),) = GLOVE.analogy(a, b, c, 1, strike_out=False)
    assert f"{first} ({cosine:.3f})" in figures[0].line()
    figures[0].put("active", "active", 1)
    ((first, cosine),) = GLOVE.analogy(a, b, c, 1)
    assert f"{first} ({cosine:.3f}), with" in figures[0].line()


def test_unknown_words_get_the_nearest_spellings_and_the_rest_is_done(figures):
    figures[0].type("qeen + king")
    line = figures[0].line()
    assert line.startswith("“qeen” is not among the 10,000 words; near it are queen, ")
    assert "Nearest to king" in line


def test_a_click_completes_the_last_word(figures):
    figures[0].type("king - man + wome")
    button = next(w for w in figures[0].widgets() if w["kind"] == "button")
    figures[0].page.evaluate(
        "([i, id]) => probe.find(probe.insides(probe.viewOf(i, id)), 'button')[0]"
        ".click()",
        [0, button["id"]],
    )
    figures[0].page.evaluate("probe.settled(0)")
    assert "Nearest to king − man + women" in figures[0].line()


def test_axes_are_those_that_the_reader_names(figures):
    chart = figures[1]
    chart.type("snow desert beach glacier")
    chart.type("hot cold", box=1)
    line = chart.line()
    known = [w for w in ("snow", "desert", "beach", "glacier") if w in GLOVE.ids]
    start, end = ((GLOVE[w] / sum(GLOVE[w] ** 2) ** 0.5) for w in ("hot", "cold"))
    step = end - start
    at = {w: float(GLOVE[w] @ step / sum(GLOVE[w] ** 2) ** 0.5) for w in known}
    assert f"nearest to hot is {min(at, key=at.get)}" in line
    assert f"nearest to cold {max(at, key=at.get)}" in line
    chart.type("", box=2)
    assert "two words for each axis" in chart.line()


def test_the_control_for_bank_is_a_click_away(figures):
    contexts = Figure(figures[0].page, 5)
    assert "two of “bank”" in contexts.line()
    contexts.put("active", "active", 1)
    assert "two of “hill”" in contexts.line()


def test_words_beside_dots_are_in_the_page_s_ink_and_clear_of_each_other(figures):
    figures[1].type("joy hate love anger birthday holiday wedding gift party")
    figures[1].page.wait_for_timeout(100)
    boxes, color, ink = figures[1].page.evaluate("""() => {
      const found = (name) => [...Bokeh.index.roots].flatMap(({model}) =>
        [...model.references()].filter((one) => one.type === name))
      const words = found("LabelSet").find((one) =>
        one.source.data.word.includes("joy"))
      const plot = found("Figure").find(({center}) => center.includes(words))
      const {x_range: x, y_range: y, inner_width, inner_height} = plot
      const on = ({start, end}, size, v) => (v - start) / (end - start) * size
      const pen = document.createElement("canvas").getContext("2d")
      pen.font = "13px sans-serif"
      const {data} = words.source
      const boxes = [...data.label].flatMap((word, i) => {
        const left = on(x, inner_width, data.x[i]) + data.dx[i]
        const low = on(y, inner_height, data.y[i]) + data.dy[i]
        const half = pen.measureText(word).width / 2
        return word ? [[left - half, low, left + half, low + 16]] : []
      })
      const style = getComputedStyle(document.documentElement)
      return [boxes, words.text_color.value ?? words.text_color,
        style.getPropertyValue("--sbt-ink").trim()]
    }""")
    assert color == ink
    assert len(boxes) >= 5
    for i, (left, low, right, high) in enumerate(boxes):
        for other in boxes[:i]:
            apart = right <= other[0] or other[2] <= left
            assert apart or high <= other[1] or other[3] <= low
