"""A figure on its way to a page or a notebook."""

import html
import json

import pytest
from bokeh.layouts import column

from sbt_jax.viz import kit
from sbt_jax.viz.kit.embed import VIZ, WIDGETS_NAME


def figure(**given):
    line = kit.status("It says.")
    return kit.Embed(column(line), alt="A line.", status=line, **given)


def test_a_figure_without_words_is_refused():
    with pytest.raises(ValueError, match="alt must say"):
        kit.Embed(kit.status("x"), alt=" ", status=kit.status("x"))


def test_a_line_that_is_not_shown_is_refused():
    with pytest.raises(ValueError, match="status must be part of layout"):
        kit.Embed(column(), alt="A line.", status=kit.status("x"))


def test_every_figure_brings_how_numbers_are_said():
    assert 'data-runtime="live/numbers.js"' in figure().page_html()
    assert f'data-runtime="{" ".join(kit.RUNTIME)}"' in figure(runtime=True).page_html()
    assert "sbt_jax.numbers" in figure().notebook_html()
    assert "sbt_jax.tokenization" not in figure().notebook_html()
    assert "sbt_jax.tokenization" in figure(runtime=True).notebook_html()


def test_a_figure_that_trains_brings_each_script_once():
    scripts = figure(trainer=True).browser_scripts
    assert scripts == (kit.RUNTIME[0], *kit.TRAINER)
    both = figure(runtime=True, trainer=True).browser_scripts
    assert len(both) == len(set(both)) == len({*kit.RUNTIME, *kit.TRAINER})


def test_a_page_names_the_style_of_widgets_and_a_notebook_holds_it():
    page = figure().page_html()
    assert page.count(f'"{WIDGETS_NAME}"') == 1
    script = (VIZ / "kit" / "kit.js").read_text(encoding="utf8")
    assert f"'\"{WIDGETS_NAME}\"'" in script
    assert json.dumps(kit.WIDGETS)[1:-1] not in page
    assert ": " not in page.partition("application/json")[2]
    rule = kit.WIDGETS.partition("{")[0].strip().splitlines()[-1]
    assert rule in html.unescape(figure().notebook_html())


def test_the_fallback_is_the_line_and_the_table():
    text = figure(table=[("a", "b"), ("<x>", 1)]).fallback()
    assert text.startswith("<p>It says.</p><table>")
    assert "<td>&lt;x&gt;</td><td>1</td>" in text


def test_controls_stand_beside_their_result_and_above_it_on_a_phone():
    widgets, line = [kit.label("a"), kit.label("b")], kit.status("It says.")
    layout = kit.beside(widgets, [line])
    left, right = layout.children
    assert left.children == widgets
    assert right.children == [line]
    assert layout.styles["flex-wrap"] == "wrap"
    least = [float(part.styles["flex"].split()[2][:-2]) for part in (left, right)]
    assert 340 < sum(least) < 660, "beside in a page's column, not on a phone"
    with pytest.raises(ValueError, match=r"share must be .* got 0\.9"):
        kit.beside(widgets, [line], share=0.9)
