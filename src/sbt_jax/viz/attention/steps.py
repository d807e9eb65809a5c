"""Attention one step at a time, drawn with arrows.

Public names: :mod:`sbt_jax.viz.attention`; ``attention/steps.mjs`` is the browser
half.
"""

import html
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import CheckboxButtonGroup, Div, InlineStyleSheet, Slider
from jaxtyping import Array, Float

from sbt_jax.attention import Steps, attend_in_steps
from sbt_jax.numbers import percent
from sbt_jax.viz import kit

STEPS = ("1 ask", "2 divide", "3 softmax", "4 mix")
SWITCHES = ("divide by √d", "hide the future")
ASKED = ("query, first number", "query, second number")
INK = """
.bk-clearfix { width: 100%; }
svg { display: block; width: 100%; max-width: 500px; height: auto; margin: 0 auto; }
text { fill: var(--sbt-ink); font: 15.4px var(--sbt-ui); text-anchor: middle;
  font-variant-numeric: tabular-nums; }
text.name { font-weight: 650; }
text.row { text-anchor: start; fill: var(--sbt-faint); }
text.off { fill: var(--sbt-faint); }
rect { fill: var(--sbt-raised); stroke: var(--sbt-edge); stroke-width: 1.2; }
rect.ask { stroke: #d55e00; stroke-width: 2; }
rect.home { stroke: #2b7bba; stroke-width: 2; }
rect.off { fill: none; stroke-dasharray: 4 4; }
rect.bar { fill: #2b7bba; stroke: none; }
path { fill: none; stroke: #d55e00; opacity: 0.75; }
path.give { stroke: #2b7bba; }
"""
APART = ".bk-btn-group { gap: 0.6rem; }"


def number(value: float) -> str:
    """A number as the drawing shows it; mirrored in the browser."""
    if not math.isfinite(value):
        return "hidden"
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short.replace("-", "−")


def pair(numbers: Sequence[float]) -> str:
    """A vector as the drawing shows it; mirrored in the browser."""
    return f"({', '.join(map(number, numbers))})"


def step_line(step: int, who: int, tokens: Sequence[str], grids: Steps) -> str:
    """What the line says of the token that looks; mirrored in the browser.

    Args:
      step: How far the reader has gone, from 0.
      who: The token that looks.
      tokens: What each position holds.
      grids: What each step makes.
    """
    own = [np.asarray(grid)[who].tolist() for grid in grids]
    seen = [i for i in range(len(tokens)) if math.isfinite(own[2][i])]
    at = max(seen, key=lambda i: (own[3][i], -i))
    looks, whom = tokens[who], tokens[at]
    if step == 0:
        return (
            f"The query of “{looks}” and the key of “{whom}” agree by"
            f" {number(own[0][at])}."
        )
    if step == 1:
        return (
            f"“{looks}” and “{whom}”: {number(own[0][at])}, now {number(own[1][at])}."
        )
    if step == 2:
        shares = ", ".join(f"“{tokens[i]}” {percent(own[3][i])}" for i in seen)
        return f"“{looks}” looks at {shares}."
    return f"“{looks}” looks most at “{whom}” and takes home {pair(own[4])}."


def _text(x: int, y: int, text: str, look: str = "") -> str:
    kind = f' class="{look}"' if look else ""
    return f'<text{kind} x="{x:g}" y="{y:g}">{html.escape(text)}</text>'


def _thick(share: float) -> str:
    """A share as the width of a line, to a tenth."""
    return f"{math.floor(10 * (1 + 9 * share) + 0.5) / 10:g}"


def _column(step: int, x: int, name: str, own: Sequence[Any]) -> str:
    """One token: its key, score, weight and value, and the lines that meet it."""
    key, dot, score, seen, weight, value = own
    off = "" if seen else " off"
    drawn = ""
    if seen:
        thick = _thick(weight if step > 1 else 0.1)
        drawn += f'<path d="M229 40C229 62 {x} 52 {x} 76" stroke-width="{thick}"/>'
    drawn += (
        f'<rect class="key{off}" x="{x - 39}" y="76" width="78" height="46" rx="6"/>'
    )
    drawn += _text(x, 95, name, f"name{off}") + _text(x, 114, pair(key), off.strip())
    drawn += _text(
        x, 145, number((score if step else dot) if seen else -math.inf), off.strip()
    )
    if step > 1 and seen:
        high = math.floor(60 * weight + 0.5)
        drawn += (
            f'<rect class="bar" x="{x - 20}" y="{222 - high}" width="40"'
            f' height="{high}"/>'
        )
        drawn += _text(x, 240, percent(weight))
    if step > 2:
        drawn += (
            f'<rect class="value{off}" x="{x - 39}" y="252" width="78" height="28"'
            f' rx="6"/>'
        )
        drawn += _text(x, 271, pair(value), off.strip())
        if seen:
            drawn += (
                f'<path class="give" d="M{x} 280C{x} 302 229 292 229 316"'
                f' stroke-width="{_thick(weight)}"/>'
            )
    return drawn


def step_svg(
    step: int,
    who: int,
    tokens: Sequence[str],
    grids: Steps,
    heads: Sequence[Sequence[Sequence[float]]],
) -> str:
    """One look, as far as the reader has gone; mirrored in the browser.

    Args:
      step: From 0.
      who: The token that looks.
      tokens: What each position holds.
      grids: What each step makes.
      heads: Queries, keys and values.
    """
    dots, scores, masked, weights, mixed = (
        np.asarray(grid)[who].tolist() for grid in grids
    )
    query, key, value = heads
    rows = [("key", 104), ("score" if step else "q · k", 145)]
    rows += [("weight", 205)] if step > 1 else []
    rows += [("value", 271)] if step > 2 else []
    drawn = "".join(_text(0, y, name, "row") for name, y in rows)
    drawn += '<rect class="ask" x="104" y="3" width="250" height="36" rx="6"/>'
    drawn += _text(229, 26, f"“{tokens[who]}” asks {pair(query[who])}", "name")
    for i, name in enumerate(tokens):
        own = (
            *(key[i], dots[i], scores[i], math.isfinite(masked[i])),
            *(weights[i], value[i]),
        )
        drawn += _column(step, 102 + 85 * i, name, own)
    if step > 2:
        drawn += '<rect class="home" x="104" y="316" width="250" height="36" rx="6"/>'
        drawn += _text(229, 339, f"takes home {pair(mixed)}", "name")
    return f'<svg viewBox="0 0 400 356">{drawn}</svg>'


def one_step_at_a_time(
    tokens: Sequence[str],
    query: Float[Array, "time head"],
    key: Float[Array, "time head"],
    value: Float[Array, "time head"],
) -> kit.Embed:
    """One head with every number shown, and the query to change.

    Args:
      tokens: What each position holds; the last one looks first.
      query: Two numbers for each.
      key: Two numbers for each.
      value: Two numbers for each.

    Raises:
      ValueError: If these are not four tokens of two numbers.
    """
    if len(tokens) != 4 or query.shape != (4, 2):
        raise ValueError(
            f"query must be (4, 2) for 4 tokens, got {query.shape} for {len(tokens)}"
        )
    grids = attend_in_steps(query, key, value)
    heads = [np.asarray(part, float).tolist() for part in (query, key, value)]
    step, step_box = kit.choice("Step", STEPS)
    who, who_box = kit.choice("Who looks", tokens)
    step.active, who.active = len(STEPS) - 1, len(tokens) - 1
    asks = [
        Slider(
            title=title,
            start=-4,
            end=4,
            step=0.5,
            value=heads[0][-1][i],
            sizing_mode="stretch_width",
        )
        for i, title in enumerate(ASKED)
    ]
    switches = CheckboxButtonGroup(
        labels=list(SWITCHES),
        active=[0, 1],
        name="switches",
        stylesheets=[InlineStyleSheet(css=APART)],
    )
    state = (step.active, who.active, tokens, grids)
    drawing = Div(
        text=step_svg(*state, heads),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=INK)],
    )
    line = kit.status(step_line(*state))
    shared = {
        "tokens": list(tokens),
        "heads": heads,
        "step": step,
        "who": who,
        "asks": asks,
        "switches": switches,
        "drawing": drawing,
        "line": line,
    }
    update = kit.callback(__file__, figure="draw", **shared)
    for slider in asks:
        slider.js_on_change("value", update)
    for group in (step, switches):
        group.js_on_change("active", update)
    who.js_on_change("active", kit.callback(__file__, figure="turn", **shared))
    left = [step_box, who_box, *asks, switches]
    return kit.Embed(
        column(kit.beside(left, [drawing]), line, sizing_mode="stretch_width"),
        alt="A query at the top, lines to the keys of four tokens, their scores and"
        " weights, and lines from the values to what is taken home.",
        status=line,
        table=[
            ("looks", *tokens),
            *(
                (name, *map(number, row))
                for name, row in zip(tokens, np.asarray(grids[3]).tolist(), strict=True)
            ),
        ],
        runtime=True,
    )
