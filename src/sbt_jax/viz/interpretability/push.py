"""A feature turned up while the model writes; live.

Public names: :mod:`sbt_jax.viz.interpretability`; ``change.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Select, Slider

from sbt_jax.viz import kit, parts
from sbt_jax.viz.interpretability.change import DATA, callback

STRENGTH = 20
WRITTEN = 30  # tokens


def push_line(off: str, strength: float | int) -> str:
    """What the line says; mirrored.

    Args:
      off: What no story has there, at the end of what was written.
      strength: Of the push.

    Example:
      >>> push_line("", 10)
      'Pushed by 10: all of it could happen in this world.'
    """
    if not off:
        return f"Pushed by {strength:g}: all of it could happen in this world."
    first = off.split()[0] if off.split() else off
    return (
        f"Pushed by {strength:g}: no story of the world has “{first}” where the"
        " underlining begins."
    )


def turn_one_up(
    stories: Mapping[str, str],
    features: Mapping[str, int],
    plain: str,
    pushed: str,
    off: str,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A beginning, a feature and how far it is turned up; what main writes then.

    Args:
      stories: Beginnings, by name; the first is shown.
      features: Numbers by what they are called; the first is shown.
      plain: What main writes after the first, left alone.
      pushed: The same with the first feature turned up.
      off: The end of that, from the first word on that no story has there.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(stories.values()))
    box, pick = parts.text_box("A beginning", first, stories, rows=3, offer="Or try")
    which = Select(
        title="Feature to turn up", options=list(features), value=next(iter(features))
    )
    how = Slider(title="Push by", start=0, end=60, step=5, value=STRENGTH)
    left = kit.passage(first + plain, lines=4)
    right = kit.passage((first + pushed).removesuffix(off), off, lines=4)
    line = kit.status(push_line(off, STRENGTH))
    draw = callback(
        "push",
        box=box,
        which=which,
        how=how,
        numbers=dict(features),
        left=left,
        right=right,
        line=line,
        written=WRITTEN,
        shelf=ColumnDataSource({}, tags=[dict(tokenizer)]),
    )
    for model, name in (
        (box, "value"),
        (box, "value_input"),
        (which, "value"),
        (how, "value"),
    ):
        model.js_on_change(name, draw)
    return kit.Embed(
        column(
            kit.beside(
                [pick, box, which, how],
                [kit.label("left alone"), left, kit.label("turned up"), right],
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A beginning and what the model writes after it, left alone and with one"
        " feature turned up; what no story of the world has is underlined.",
        status=line,
        table=[("how", "written"), ("left alone", plain), ("turned up", pushed)],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
