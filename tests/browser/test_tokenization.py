"""Chapter 2 in a browser: what its figures say of any text that is typed."""

from browser.conftest import Figure

BARS = """([i]) => probe.views(i).flatMap(({model}) => model.renderers ?? [])
  .map(({data_source}) => data_source.data)
  .find((data) => data.characters)"""


def titled(page, title):
    """The figure that has a widget of this title."""
    count = page.evaluate("document.querySelectorAll('.sbt-figure').length")
    figures = [Figure(page, i) for i in range(count)]
    (found,) = [
        one
        for one in figures
        if any(widget["name"].endswith(f'"{title}"') for widget in one("widgets"))
    ]
    return found


def bars(page, figure):
    return page.evaluate(BARS, [figure.i])


def test_a_word_that_cannot_be_asked_about_leaves_no_bars(visit):
    page = visit("tokenization.html")
    figure = titled(page, "A word")
    first = bars(page, figure)
    assert first["characters"][3] > 0.9
    assert first["tokens"][2] > 0.9
    for wrong in ("two words", "", "Ärger", "🍓", "<img src=x onerror=alert(1)>"):
        assert figure.type(wrong).startswith("No answer: type one word")
        empty = bars(page, figure)
        assert not any([*empty["characters"], *empty["tokens"]])
    line = figure.type("raspberry")
    assert "letters says 2 " in line
    assert "tokens says 2 " in line
    assert bars(page, figure)["characters"][2] > 0.9


def test_any_text_is_cut_and_markup_stays_text(visit):
    page = visit("tokenization.html")
    figure = titled(page, "Your text")
    assert figure.line().startswith("10 characters, 10 bytes, 6 tokens")
    none = figure.put("merges used", "value", "0")
    assert none.startswith("10 characters, 10 bytes, 10 tokens")
    assert figure.type("🍓").startswith("1 character, 4 bytes, 4 tokens")
    assert figure.type("<img src=x onerror=alert(1)>").startswith("28 characters")
    assert not page.evaluate("document.querySelectorAll('img[src=x]').length")


def test_one_press_makes_a_berry(visit):
    page = visit("tokenization.html")
    figure = titled(page, "merges done")
    assert "Next to merge: berr + y" in figure.line()
    assert figure.press("merge ▶").startswith("After 5 merges: 21 tokens.")
    assert "berry" in figure.texts()
