"""Attention one step at a time.

Public names: :mod:`sbt_jax.viz.attention`; ``attention/steps.mjs`` is the browser
half.
"""

import html
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    CheckboxButtonGroup,
    Div,
    InlineStyleSheet,
    NumericInput,
)
from jaxtyping import Array, Float

from sbt_jax.attention import Steps, attend_in_steps
from sbt_jax.numbers import percent
from sbt_jax.viz import kit

STEPS = ("q · k", "÷ √d", "mask", "softmax", "mix")
NAMES = ("q₁", "q₂", "k₁", "k₂", "v₁", "v₂")
SWITCHES = ("divide by √d", "hide the future")
GRID = """
table { border-collapse: separate; border-spacing: 3px; width: 100%;
  max-width: 40rem; table-layout: fixed; font-variant-numeric: tabular-nums; }
th, td { padding: 0.35em 0.1em; text-align: center; color: var(--sbt-ink);
  border-radius: 3px; overflow-wrap: anywhere; line-height: 1.2; }
small { display: block; }
td.off, td.off small { color: var(--sbt-faint); }
"""
APART = ".bk-btn-group { gap: 0.6rem; }"
NARROW = ".bk-input { padding: 0 0.25rem; text-align: center; }"


def number(value: float) -> str:
    """A number as a cell shows it; mirrored in the browser."""
    if not math.isfinite(value):
        return "hidden"
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def step_line(step: int, tokens: Sequence[str], grids: Steps) -> str:
    """What the line says of the last token; mirrored in the browser."""
    last = [np.asarray(grid)[-1].tolist() for grid in grids]
    at = max(range(len(tokens)), key=lambda i: (last[3][i], -i))
    who, whom = tokens[-1], tokens[at]
    if step == 0:
        return f"The query of “{who}” and the key of “{whom}”: {number(last[0][at])}."
    if step == 1:
        return (
            f"“{who}” and “{whom}”: {number(last[0][at])}, now {number(last[1][at])}."
        )
    if step == 2:
        hidden = [np.isneginf(row).sum() for row in grids[2]]
        return (
            f"Of “{tokens[0]}”, {hidden[0]} scores are hidden, of “{who}” {hidden[-1]}."
        )
    if step == 3:
        shares = (f"“{n}” {percent(w)}" for n, w in zip(tokens, last[3], strict=True))
        return f"“{who}” looks at {', '.join(shares)}."
    return f"“{who}” takes home ({', '.join(map(number, last[4]))})."


def pair(numbers: Sequence[float]) -> str:
    """A vector as a cell shows it; mirrored in the browser."""
    return ", ".join(map(number, numbers))


def grid_html(step: int, tokens: Sequence[str], grids: Steps, value: Any) -> str:
    """A step's numbers as a table, the dot products small; mirrored in the browser.

    The last column is what each token takes home; the last step shows its parts. What
    is hidden is grey from the mask on.
    """
    shown = np.asarray(grids[min(step, 3)], float)
    sizes = np.where(np.isfinite(shown), np.abs(shown), 0.0)
    shades = 0.6 * sizes / max(float(sizes.max()), 1e-9)
    head = ["", *tokens, "takes home"]
    rows = ["".join(f"<th>{html.escape(name)}</th>" for name in head)]
    for t, name in enumerate(tokens):
        cells = [f"<th>{html.escape(name)}</th>"]
        for s, x in enumerate(shown[t].tolist()):
            parts = [x * float(v) for v in value[s]] if step == 4 else [x]
            dot = number(float(grids.dots[t][s]))
            off = step > 1 and math.isinf(float(grids.masked[t][s]))
            cells.append(
                f"<td{' class=off' if off else ''}"
                f' style="background:rgba(43,123,186,{shades[t, s]:.2f})">'
                f"{pair(parts)}<small>{dot}</small></td>"
            )
        home = pair(np.asarray(grids.mixed)[t].tolist())
        rows.append("".join([*cells, f"<td>{home}</td>"]))
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _inputs(token: str, numbers: Sequence[float]) -> list[NumericInput]:
    """A token's six numbers, to change."""
    return [
        NumericInput(
            title=f"{token} {name}",
            value=float(x),
            mode="float",
            low=-99,
            high=99,
            width=40,
            margin=(3, 2, 3, 2),
            stylesheets=[InlineStyleSheet(css=NARROW)],
        )
        for name, x in zip(NAMES, numbers, strict=True)
    ]


def _pairs(inputs: Sequence[NumericInput]) -> Any:
    """The numbers of a token's query, key and value, side by side."""
    pairs = [row(*inputs[i : i + 2], margin=(0, 6, 0, 0)) for i in (0, 2, 4)]
    return kit.controls(*pairs)


def one_step_at_a_time(
    tokens: Sequence[str],
    query: Float[Array, "time head"],
    key: Float[Array, "time head"],
    value: Float[Array, "time head"],
) -> kit.Embed:
    """One head with every number shown, and every number to change.

    Args:
      tokens: What each position holds.
      query: Two numbers for each.
      key: Two numbers for each.
      value: Two numbers for each.

    Raises:
      ValueError: If the head has not two dimensions.
    """
    if query.shape != (len(tokens), 2):
        raise ValueError(f"query must be {(len(tokens), 2)}, got {query.shape}")
    grids = attend_in_steps(query, key, value)
    numbers = np.concatenate([query, key, value], axis=1).tolist()
    inputs = [_inputs(token, row) for token, row in zip(tokens, numbers, strict=True)]
    step, step_box = kit.choice("Step", STEPS)
    switches = CheckboxButtonGroup(
        labels=list(SWITCHES),
        active=[0, 1],
        name="switches",
        stylesheets=[InlineStyleSheet(css=APART)],
    )
    grid = Div(
        text=grid_html(0, tokens, grids, value),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=GRID)],
    )
    line = kit.status(step_line(0, tokens, grids))
    update = kit.callback(
        __file__,
        figure="steps",
        tokens=list(tokens),
        inputs=inputs,
        step=step,
        switches=switches,
        grid=grid,
        line=line,
    )
    for widget in itertools.chain(*inputs):
        widget.js_on_change("value", update)
    step.js_on_change("active", update)
    switches.js_on_change("active", update)
    return kit.Embed(
        column(
            *(_pairs(row) for row in inputs),
            switches,
            step_box,
            grid,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Queries, keys and values of four tokens as numbers to change, and a table"
        " of what one step makes of them: a row for each token that looks.",
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
