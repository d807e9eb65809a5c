"""What every figure of the book keeps: one row a figure, in ``contracts/small``.

A figure that a chapter's face names and that has no row fails here.
"""

import importlib
import inspect
import json
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, CustomJS, Div, Model

from contracts.small import all_figures
from sbt_jax.viz import kit

VIZ = Path(kit.__file__).parents[1]
CHAPTERS = sorted(
    path.parent.name
    for path in VIZ.glob("*/__init__.py")
    if path.parent.name not in {"kit", "parts"}
)
FIGURES = all_figures()
every_figure = pytest.mark.parametrize("name", FIGURES)


@cache
def figure(name):
    """One drawing for all checks: none changes it."""
    return FIGURES[name][0]()


def test_every_figure_that_a_face_names_has_its_row():
    found = {
        f"{chapter}.{name}"
        for chapter in CHAPTERS
        for name, member in vars(
            importlib.import_module(f"sbt_jax.viz.{chapter}")
        ).items()
        if inspect.isfunction(member)
        and inspect.signature(member).return_annotation in (kit.Embed, "kit.Embed")
    }
    assert found == set(FIGURES)


@every_figure
def test_the_first_frame_says_what_python_found(name):
    line = figure(name).status
    assert FIGURES[name][1] in line.text
    assert line.render_as_text, "a line is text, never markup"
    lines = [
        m for m in figure(name).layout.select({"type": Div}) if "sbt-line" in m.tags
    ]
    assert lines == [line]


@every_figure
def test_it_says_what_it_shows_to_who_does_not_see_it(name):
    alt = figure(name).alt
    assert 40 <= len(alt) <= 200, alt
    assert alt.endswith("."), "a sentence"
    assert len(set(alt.lower().split())) > 8, "alt must say something"


@every_figure
def test_without_javascript_there_is_a_table(name):
    head, *rows = figure(name).table
    assert rows
    assert {len(row) for row in rows} == {len(head)}
    assert all(str(cell).strip() for cell in head)
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: tags.append(tag)
    parser.feed(figure(name).fallback())
    assert set(tags) <= {"p", "table", "thead", "tbody", "tr", "th", "td"}


@every_figure
def test_what_it_draws_is_finite_and_no_markup_of_a_text(name):
    page = figure(name).page_html()  # refuses what is no number in JSON
    assert "<img" not in page
    for source in figure(name).layout.select({"type": ColumnDataSource}):
        for column in source.data.values():
            numbers = np.asarray(list(column), object)
            for value in numbers.ravel():
                if isinstance(value, float | np.ndarray):
                    assert np.isfinite(value).all()
    item = page[page.index('<script type="application/json">') + 32 :]
    json.loads(item[: item.index("</script>")])


@every_figure
def test_its_frames_change_what_is_there_and_every_line_has_words(name):
    models = figure(name).layout.references()
    for callback in models:
        if not isinstance(callback, CustomJS) or "widgets" not in callback.args:
            continue
        widgets = callback.args["widgets"]
        for target, frames in callback.args["shown"]:
            for frame in leaves(frames, len(widgets)):
                assert set(frame) <= target.properties()
                if target is figure(name).status:
                    assert frame["text"].strip()
                if isinstance(target, ColumnDataSource):
                    assert set(frame["data"]) <= set(target.data)
                    columns = dict(target.data) | frame["data"]
                    assert len({len(column) for column in columns.values()}) == 1
        assert all(isinstance(widget, Model) for widget in widgets)


def leaves(frames, depth):
    """The frames of a nested table."""
    if not depth:
        return [frames]
    return [leaf for inner in frames.values() for leaf in leaves(inner, depth - 1)]
