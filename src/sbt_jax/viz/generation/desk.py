"""The mixing desk: temperature, cuts and penalty on live logits.

Public names: :mod:`sbt_jax.viz.generation`; ``desk.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    FactorRange,
    Slider,
)
from jaxtyping import Array, Bool, Float

from sbt_jax import numbers
from sbt_jax.generation import Sampling, filtered
from sbt_jax.viz import kit, parts
from sbt_jax.viz.generation.presets import EXAMPLES, START, presets

SHOWN = 12  # tokens with bars of their own: as many as friends that Otto may have
REST = "all others"
COUNTS = ("1", "2", "3", "5", "10", "20", "40", "100", "all")
ORDERS = ("temperature first", "cuts first")
COLORS = {"the truth": kit.BLUE, "the model": kit.GREY, "after the desk": kit.ORANGE}


class Effect(NamedTuple):
    """What a setting of the desk does at one place."""

    kept: int  # tokens that are left
    cut: float  # the model's own probability of those that are not
    distance: float | None = None  # total variation from the truth, if there is one
    alone: float | None = None  # the same of the model without the desk
    impossible: float = 0.0  # probability of tokens that no story has there
    dropped: float = 0.0  # true probability of tokens that are not left


def softmax(logits: Float[np.ndarray, " vocab"]) -> Float[np.ndarray, " vocab"]:
    """Probabilities in double precision, as in the browser."""
    weights = np.exp(np.asarray(logits, float) - np.max(logits))
    return weights / weights.sum()


def effect(
    logits: Float[np.ndarray, " vocab"],
    kept: Float[np.ndarray, " vocab"],
    truth: Float[np.ndarray, " vocab"] | None,
) -> Effect:
    """Compare logits before and after the desk; mirrored in ``desk.mjs``."""
    before, after, left = softmax(logits), softmax(kept), kept > -np.inf
    found = Effect(int(left.sum()), float(before[~left].sum()))
    if truth is None:
        return found
    return found._replace(
        distance=float(abs(truth - after).sum() / 2),
        alone=float(abs(truth - before).sum() / 2),
        impossible=float(after[truth == 0].sum()),
        dropped=float(truth[~left].sum()),
    )


def percent(p: float) -> str:
    """A share in words; mirrored in ``desk.mjs``."""
    return "under 0.1 %" if 0 < p < 0.0005 else numbers.percent(p, 1)


def desk_line(found: Effect, vocab: int, off: str | None = None) -> str:
    """What the line under the desk says; mirrored in ``desk.mjs``."""
    said = (
        f"Tokens left: {found.kept:,} of {vocab:,}; {percent(found.cut)} of the model's"
        " probability is cut off."
    )
    if found.distance is None:
        return f"{said} {off or 'There is no truth to compare with here.'}"
    return (
        f"{said} Distance to the truth: {found.distance:.3f} (the model alone:"
        f" {found.alone:.3f}). On impossible tokens: {percent(found.impossible)};"
        f" of the truth dropped: {percent(found.dropped)}."
    )


def rows(
    tokens: Sequence[str],
    logits: Float[np.ndarray, " vocab"],
    kept: Float[np.ndarray, " vocab"],
    truth: Float[np.ndarray, " vocab"] | None,
) -> dict[str, list[Any]]:
    """Bars of the model's likeliest tokens, and one of all others; mirrored."""
    before, after = softmax(logits), softmax(kept)
    top = np.argsort(-before, kind="stable")[:SHOWN]
    found: dict[str, list[Any]] = {
        "token": [*parts.names([tokens[i] for i in top]), REST]
    }
    shares = {"before": before, "after": after, "truth": truth}
    for name, p in shares.items():
        if p is not None:
            found[name] = [*p[top].tolist(), max(float(1 - p[top].sum()), 0.0)]
    return found


def marks(found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Where the truth is marked: nowhere, if there is none; mirrored."""
    truth = found.get("truth", [])
    return {"token": found["token"][: len(truth)], "truth": truth}


def farthest(data: Mapping[str, Sequence[Any]]) -> float:
    """Where the axis ends: right of the longest bar; mirrored."""
    names = ("before", "after", "truth")
    return 1.06 * max(v for name in names for v in data.get(name, []))


def _plot(
    data: Mapping[str, list[Any]], source: ColumnDataSource, truth: ColumnDataSource
) -> Any:
    plot = kit.axes(
        y_range=FactorRange(factors=data["token"][::-1]),
        x_range=(0, farthest(data)),
        x_axis_label="probability of the next token",
        height=350,
    )
    plot.hbar(
        "token",
        right="before",
        height=0.75,
        color=COLORS["the model"],
        alpha=0.45,
        source=source,
    )
    plot.hbar(
        "token",
        right="after",
        height=0.4,
        color=COLORS["after the desk"],
        source=source,
    )
    plot.scatter(
        "truth",
        "token",
        marker="diamond",
        size=13,
        source=truth,
        color=COLORS["the truth"],
    )
    return plot


def _knobs(at: Sampling) -> dict[str, Any]:
    """The sliders, by the name that the callback knows them by."""
    wide: Any = {"sizing_mode": "stretch_width"}
    return {
        "temperature": Slider(
            title="temperature T",
            start=0,
            end=3,
            step=0.05,
            value=at.temperature,
            **wide,
        ),
        "topK": CategoricalSlider(
            title="top-k", categories=list(COUNTS), value=str(at.top_k or "all"), **wide
        ),
        "topP": Slider(
            title="top-p", start=0.05, end=1, step=0.01, value=at.top_p, **wide
        ),
        "minP": Slider(
            title="min-p", start=0, end=0.5, step=0.01, value=at.min_p, **wide
        ),
        "repetitionPenalty": Slider(
            title="repetition penalty",
            start=1,
            end=2,
            step=0.05,
            value=at.repetition_penalty,
            **wide,
        ),
    }


def _connect(
    shared: Mapping[str, Any],
    knobs: Mapping[str, Any],
    buttons: Mapping[int, Button],
) -> None:
    """What follows when something of the desk is moved."""

    def does(figure: str, **more: Any) -> Any:
        return kit.callback(__file__, figure=figure, **shared, **more)

    look = does("look")
    for name in ("value", "value_input"):
        shared["box"].js_on_change(name, look)
    for knob in knobs.values():
        knob.js_on_change("value", look)
    shared["order"].js_on_change("active", look)
    for words, button in buttons.items():
        button.js_on_event("button_click", does("write", words=words, button=button))


def mixing_desk(
    text: str,
    tokens: Sequence[str],
    logits: Float[Array, " vocab"],
    truth: Float[np.ndarray, " vocab"] | None,
    seen: Bool[Array, " vocab"],
    tokenizer: Mapping[str, Any],
    at: Sampling = START,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The model's logits after a text through every filter; live.

    Args:
      text: The beginning that is shown first.
      tokens: The text of every token.
      logits: What the model says after it.
      truth: The world's probabilities; None off the world.
      seen: Which tokens have stood in the text.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      at: Where the sliders stand first; its order is the default one.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    raw, kept = np.asarray(logits), np.asarray(filtered(logits, at, seen))
    data = rows(tokens, raw, kept, truth)
    source = ColumnDataSource({k: v for k, v in data.items() if k != "truth"})
    mark = ColumnDataSource(marks(data))
    line = kit.status(desk_line(effect(raw, kept, truth), len(tokens)), lines=4)
    box, pick = parts.text_box("Your beginning", text, EXAMPLES, rows=2)
    order, order_box = kit.choice("Applied", ORDERS)
    plot, passage, knobs = _plot(data, source, mark), kit.passage(text), _knobs(at)
    preset = presets(knobs, order)
    buttons = {1: Button(label="write one word"), 100: Button(label="write 100 words")}
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "source": source,
        "mark": mark,
        "box": box,
        "line": line,
        "plot": plot,
        "passage": passage,
        "order": order,
        "shown": SHOWN,
        "rest": REST,
        **knobs,
    }

    _connect(shared, knobs, buttons)
    said = [percent(p) for p in data.get("truth", [])] or ["–"] * (SHOWN + 1)
    table = zip(data["token"], data["before"], data["after"], said, strict=True)
    return kit.Embed(
        column(
            kit.beside(
                [pick, box, preset, *knobs.values(), order_box],
                [
                    kit.legend(COLORS, {"the truth": "◆"}),
                    plot,
                    line,
                    kit.controls(*buttons.values()),
                ],
            ),
            passage,
            sizing_mode="stretch_width",
        ),
        alt="A text box, five sliders and bars of the likeliest next tokens: the"
        " model's probability, what the sliders make of it, and the truth.",
        status=line,
        table=[
            ("next token", "the model", "after the desk", "the truth"),
            *((name, percent(p), percent(q), t) for name, p, q, t in table),
        ],
        runtime=True,
        models=("main", "world"),
        scripts=scripts,
    )
