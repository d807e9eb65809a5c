"""Chapter 3 in a browser: words with + and −, and axes that the reader names."""

import pytest

from sbt_jax.embeddings import load_glove

GLOVE = load_glove()
pytestmark = pytest.mark.page("embeddings.html")
SUMS, AXES, JOBS, SENSES, CONTEXTS = 0, 3, 4, 5, 6  # their places on the page


@pytest.mark.parametrize(
    ("text", "a", "b", "c"),
    [
        ("paris - france + japan", "paris", "france", "japan"),
        ("Dogs − dog+cat", "dogs", "dog", "cat"),
    ],
)
def test_typed_sums_are_those_of_jax(figure, text, a, b, c):
    sums = figure(SUMS)
    ((first, cosine),) = GLOVE.analogy(a, b, c, 1, strike_out=False)
    assert f"{first} ({cosine:.3f})" in sums.type(text)
    ((first, cosine),) = GLOVE.analogy(a, b, c, 1)
    assert f"{first} ({cosine:.3f}), with" in sums.put("active", "active", 1)


def test_unknown_words_get_the_nearest_spellings_and_the_rest_is_done(figure):
    line = figure(SUMS).type("qeen + king")
    assert line.startswith("“qeen” is not among the 10,000 words; near it are queen, ")
    assert "Nearest to king" in line


def test_a_click_completes_the_last_word(figure):
    sums = figure(SUMS)
    sums.type("king - man + wome")
    assert "Nearest to king − man + women" in sums.press()


def test_axes_are_those_that_the_reader_names(figure):
    chart = figure(AXES)
    chart.type("snow desert beach glacier")
    line = chart.type("hot cold", box=1)
    known = [w for w in ("snow", "desert", "beach", "glacier") if w in GLOVE.ids]
    start, end = ((GLOVE[w] / sum(GLOVE[w] ** 2) ** 0.5) for w in ("hot", "cold"))
    step = end - start
    at = {w: float(GLOVE[w] @ step / sum(GLOVE[w] ** 2) ** 0.5) for w in known}
    assert f"nearest to hot is {min(at, key=at.get)}" in line
    assert f"nearest to cold {max(at, key=at.get)}" in line
    assert "two words for each axis" in chart.type("", box=2)


def test_the_control_for_bank_is_a_click_away(figure):
    contexts = figure(CONTEXTS)
    assert "two of “bank”" in contexts.line()
    assert "two of “hill”" in contexts.put("active", "active", 1)


def test_another_ruler_is_a_click_away(figure):
    jobs = figure(JOBS)
    assert "nearer to she than the blue ones" in jobs.line()
    assert "nearer to he than" in jobs.put("select", "value", "male, female")


def test_senses_part_along_the_blocks(figure):
    chart = figure(SENSES)
    assert "After block 9, two of “bank”" in chart.line()
    assert "In the table there is one “bank”" in chart.put("slider", "value", "0")


def test_words_beside_dots_are_in_the_page_s_ink_and_clear_of_each_other(figure):
    chart = figure(AXES)
    chart.type("joy hate love anger birthday holiday wedding gift party")
    boxes, color, ink = chart.page.evaluate("""async () => {
      await probe.painted()
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
