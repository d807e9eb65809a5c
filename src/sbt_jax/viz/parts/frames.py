"""Frames: what a figure shows for each choice of its widgets, made in Python.

Public names: :mod:`sbt_jax.viz.parts`; ``frames.mjs`` shows the one that is chosen.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    Div,
    Model,
    RadioButtonGroup,
    Select,
)

from sbt_jax.viz import kit

#: Buttons, a list or a slider over names: what readers choose with.
Chooser: TypeAlias = RadioButtonGroup | Select | CategoricalSlider
#: What changes of a model: its properties. ``data`` may hold some columns only.
Frame = Mapping[str, Any]
#: A frame for each choice: a function of the names, or a table, nested by widget.
Frames = Callable[..., Frame] | Mapping[str, Any]


def names_of(widget: Chooser) -> list[str]:
    """What may be chosen."""
    if isinstance(widget, RadioButtonGroup):
        return list(widget.labels)
    if isinstance(widget, CategoricalSlider):
        return list(widget.categories)
    return list(widget.options)


def chosen(widget: Chooser) -> str:
    """What is chosen now."""
    if isinstance(widget, RadioButtonGroup):
        return widget.labels[widget.active]
    return widget.value


def follow(widgets: Sequence[Chooser], *shown: tuple[Model, Frames]) -> None:
    """Let models follow the choices of widgets, beginning with the present ones.

    Every frame is made here and once, so a sentence is written in one language.

    Args:
      widgets: What is chosen with.
      shown: A model, and its frame for each choice. Of a table, what it lacks
        changes nothing.

    Example:
      >>> widget, dot = Select(options=["a", "b"], value="b"), Div()
      >>> follow([widget], (dot, {"a": {"height": 1}, "b": {"height": 2}}))
      >>> dot.height
      2
    """
    tables = [(model, _table(widgets, frames)) for model, frames in shown]
    for model, table in tables:
        frame = table
        for widget in widgets:
            frame = frame[chosen(widget)]
        _set(model, frame)
    update = kit.callback(
        __file__, widgets=list(widgets), shown=[list(pair) for pair in tables]
    )
    for widget in widgets:
        buttons = isinstance(widget, RadioButtonGroup)
        widget.js_on_change("active" if buttons else "value", update)


def _table(widgets: Sequence[Chooser], frames: Frames) -> Mapping[str, Any]:
    """Frames nested by the names of each widget."""
    if not callable(frames):
        return frames
    first, *rest = widgets
    return {
        name: _table(rest, _bound(frames, name)) if rest else frames(name)
        for name in names_of(first)
    }


def _bound(frames: Callable[..., Frame], name: str) -> Callable[..., Frame]:
    return lambda *names: frames(name, *names)


def _set(model: Any, frame: Frame) -> None:
    for name, value in frame.items():
        setattr(model, name, dict(model.data) | value if name == "data" else value)


def status(widgets: Sequence[Chooser], said: Callable[..., str]) -> Div:
    """The line under a figure: what is said of each choice.

    Example:
      >>> widget = Select(options=["a", "b"], value="b")
      >>> status([widget], lambda name: f"This is {name}.").text
      'This is b.'
    """
    line = kit.status("")
    follow(widgets, (line, lambda *names: {"text": said(*names)}))
    return line


def passage(widgets: Sequence[Chooser], told: Callable[..., Sequence[str]]) -> Div:
    """A text for each choice; what is off the world, at its end, is marked."""
    text = kit.passage("")
    follow(widgets, (text, lambda *names: {"text": kit.passage_html(*told(*names))}))
    return text


def data(
    widgets: Sequence[Chooser],
    columns: Callable[..., Mapping[str, Any]],
    **kept: Sequence[Any],
) -> ColumnDataSource:
    """Columns for each choice, beside those that are ``kept``."""
    source = ColumnDataSource(kept)
    follow(widgets, (source, lambda *names: {"data": columns(*names)}))
    return source


def slider(title: str, names: Sequence[str], at: int = -1) -> CategoricalSlider:
    """A slider over names, on the one at a place; as wide as the figure."""
    return CategoricalSlider(
        title=title,
        categories=list(names),
        value=names[at],
        sizing_mode="stretch_width",
    )
