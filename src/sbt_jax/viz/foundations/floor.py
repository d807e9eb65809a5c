"""Gaps: cross-entropies over the entropy of the world.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange

from sbt_jax.viz import kit, parts

UNITS = ("nats a word", "bits a word", "choices a word")


def in_unit(nats: float, unit: int) -> float:
    """Nats a word as nats, as bits, or as a perplexity."""
    return (nats, nats / math.log(2), math.exp(nats))[unit]


def gap_line(
    name: str, nats: float, best: str, least: float, floor: float, unit: int
) -> str:
    """What the line says about two models."""
    counted, model, truth = (in_unit(x, unit) for x in (nats, least, floor))
    return (
        f"The best of the counted models, {name}, needs {counted:.2f} {UNITS[unit]},"
        f" {best} {model:.3f}. No model can do with less than {truth:.3f}."
    )


def gap_to_the_floor(
    ngrams: Mapping[str, Sequence[float]],
    models: Mapping[str, float],
    floor: float,
) -> kit.Embed:
    """Cross-entropy of counted models and of the two transformers, over the floor.

    Args:
      ngrams: By the number of stories counted, nats a word of n = 1, 2, ….
      models: Nats a word of each transformer, the best last.
      floor: The entropy of the world, in nats a word.
    """
    sizes = list(ngrams)
    names = [f"{n}-gram" for n in range(1, len(ngrams[sizes[-1]]) + 1)] + list(models)
    colors = [kit.GREEN] * (len(names) - len(models)) + [kit.ORANGE] * len(models)
    unit, unit_box = kit.choice("Measured in", UNITS)
    slider = parts.slider("stories counted", sizes)

    def bars(size: str, unit: str) -> dict[str, Any]:
        nats = [*ngrams[size], *models.values()]
        return {"value": [in_unit(x, UNITS.index(unit)) for x in nats]}

    def said(size: str, unit: str) -> str:
        best = min(range(len(ngrams[size])), key=ngrams[size].__getitem__)
        last = list(models.items())[-1]
        nats = ngrams[size][best]
        return gap_line(names[best], nats, *last, floor, UNITS.index(unit))

    source = parts.data([slider, unit], bars, name=names, color=colors)
    line = parts.status([slider, unit], said)
    ends = [*ngrams[sizes[-1]], *models.values()]
    plot = kit.axes(
        y_range=FactorRange(factors=names[::-1]), x_axis_label=UNITS[0], height=270
    )
    plot.x_range.start = 0
    plot.hbar("name", right="value", height=0.65, color="color", source=source)
    mark = parts.mark(floor, width=3)
    plot.add_layout(mark)
    parts.follow(
        [unit],
        (mark, lambda unit: {"location": in_unit(floor, UNITS.index(unit))}),
        (plot.xaxis[0], lambda unit: {"axis_label": unit}),
    )
    key = kit.legend(
        {
            "counting": kit.GREEN,
            "transformers": kit.ORANGE,
            "the entropy of the world": kit.BLUE,
        }
    )
    return kit.Embed(
        column(
            kit.beside([slider], [unit_box], share=0.5),
            key,
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of the cross-entropy of n-grams and of two transformers, and a line"
        " where the entropy of the world is.",
        status=line,
        table=[
            ("model", UNITS[0]),
            *((n, f"{v:.3f}") for n, v in zip(names, ends, strict=True)),
            ("the entropy", f"{floor:.3f}"),
        ],
    )
