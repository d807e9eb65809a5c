"""Somebody known, hardly known or never told: where do they live?

Public names: :mod:`sbt_jax.viz.hallucinations`; ``known.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, FactorRange
from jaxtyping import Float

from sbt_jax.hallucinations import with_temperature
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts

#: Who answers, and the adapters of each; the raw model has none.
WHO = {"raw model": "", "fine-tuned": "alignment_sft"}
SCALE = 2.0  # of the adapters
DRAWS = 10
LONGEST = 60  # letters of a name that are asked about
COLORS = {
    "what the model gives a town": kit.GREY,
    "the true home": kit.GREEN,
    "of ten draws": kit.ORANGE,
}


def often(times: int) -> str:
    """How often stories told it, as a sentence; mirrored in ``known.mjs``.

    Example:
      >>> often(0), often(1234)
      ('No story told it.', 'Stories told it 1,234 times.')
    """
    words = {0: "No story told it.", 1: "Stories told it once."}
    return words.get(times) or f"Stories told it {count(times)} times."


def known_line(
    who: str,
    name: str,
    town: str,
    p: float,
    truth: str | None,
    times: int,
    drawn: str = "",
) -> str:
    """What the line says; mirrored in ``known.mjs``.

    Args:
      who: Who answers.
      name: Who is asked about.
      town: The likeliest answer.
      p: Its probability.
      truth: Where the person lives; None for nobody of this world.
      times: How often stories told that.
      drawn: What several draws gave, in words.
    """
    said = f"{drawn}{who[0].upper()}{who[1:]}: {town}, {percent(p)}."
    if truth is None:
        return f"{said} This world has nobody called “{name}”: it makes this up."
    verdict = "Right" if town == truth else f"Wrong: the truth is {truth}"
    return f"{said} {verdict}. {often(times)}"


def home_bars(towns: Sequence[str], p: Sequence[float]) -> dict[str, list[Any]]:
    """A bar for each town; mirrored in ``known.mjs``."""
    return {
        "town": list(towns),
        "p": [float(x) for x in p],
        "drawn": [0.0] * len(towns),
    }


def true_home(
    towns: Sequence[str], p: Sequence[float], truth: str | None
) -> dict[str, list[Any]]:
    """Where the true town is marked: nowhere, if there is none; mirrored."""
    found = [(t, float(x)) for t, x in zip(towns, p, strict=True) if t == truth]
    return {"town": [t for t, _ in found], "p": [x for _, x in found]}


def _flat(color: str) -> dict[str, Any]:
    """A bar without an outline: of a length of 0 nothing is left."""
    return {"fill_color": color, "line_color": None}


def known_rare_never(
    examples: Mapping[str, str],
    log_probs: Float[np.ndarray, " classes"],
    towns: Sequence[str],
    homes: Mapping[str, tuple[str, int]],
    talk: str,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A name, and what a model gives each town; live.

    Args:
      examples: Names to try, by what they are; the first is shown.
      log_probs: What the raw model gives each town for the first.
      towns: In that order.
      homes: Of everybody in this world: the town, and how often it was told.
      talk: How stories come to ask, with ``{}`` for the name.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    name = next(iter(examples.values()))
    (p,) = with_temperature(np.asarray(log_probs)[None], 1.0)
    truth, times = homes.get(name, (None, 0))
    best = int(p.argmax())
    who, who_box = kit.choice("Who answers", list(WHO))
    line = kit.status(
        known_line(next(iter(WHO)), name, towns[best], p[best], truth, times), lines=4
    )
    box, pick = parts.text_box("A name", name, examples, offer="Ask about")
    source = ColumnDataSource(home_bars(towns, p.tolist()))
    mark = ColumnDataSource(true_home(towns, p.tolist(), truth))
    plot = kit.axes(
        y_range=FactorRange(factors=list(towns)[::-1]),
        x_range=(-0.02, 1.02),
        x_axis_label="probability of the town",
        height=330,
    )
    plot.hbar("town", right="p", height=0.78, source=source, **_flat(kit.GREY))
    plot.hbar("town", right="drawn", height=0.3, source=source, **_flat(kit.ORANGE))
    plot.scatter("p", "town", marker="diamond", size=15, color=kit.GREEN, source=mark)
    again = Button(label="ask ten times", button_type="primary")
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "homes": ColumnDataSource({}, tags=[{k: list(v) for k, v in homes.items()}]),
        "box": box,
        "who": who,
        "line": line,
        "source": source,
        "mark": mark,
        "models": list(WHO.items()),
        "talk": talk,
        "towns": list(towns),
        "scale": SCALE,
        "draws": DRAWS,
        "longest": LONGEST,
    }
    look = kit.callback(__file__, figure="look", **shared)
    for change in ("value", "value_input"):
        box.js_on_change(change, look)
    who.js_on_change("active", look)
    again.js_on_event("button_click", kit.callback(__file__, figure="draw", **shared))
    return kit.Embed(
        column(
            kit.beside(
                [pick, box, who_box, again, line],
                [kit.legend(COLORS, {"the true home": "◆"}), plot],
            ),
            sizing_mode="stretch_width",
        ),
        alt="A box for a name, and a bar for each of twelve towns: how probable the"
        " model finds it that the person lives there, with the true town marked.",
        status=line,
        table=[
            ("town", "the raw model"),
            *((town, percent(x)) for town, x in zip(towns, p, strict=True)),
        ],
        runtime=True,
        models=("main", "world", *(name for name in WHO.values() if name)),
        scripts=scripts,
    )
