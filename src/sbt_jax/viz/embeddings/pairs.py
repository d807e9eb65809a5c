"""Dot products of pairs of words against their PMI.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import HoverTool

from sbt_jax.numbers import decimal, span
from sbt_jax.viz import kit, parts


def pmi_line(where: str, pairs: int, found: Sequence[Mapping[str, float]]) -> str:
    """What the line says of dots and PMI."""
    r = [one["r"] for one in found]
    return (
        f"Counted in {where}, over {pairs:,} pairs: correlation {r[0]:.3f}"
        f" ({span(r, lambda x: decimal(x, 3))} over {len(r)} seeds), mean difference"
        f" {found[0]['off']:.2f} nats."
    )


PAIR_KEY = (
    {"a pair of words": kit.ORANGE, "both are equal": kit.BLUE},
    {"a pair of words": "●", "both are equal": "╌╌"},
)
COUNTED = {"same": "the stories it learned from", "other": "as many other stories"}


def dots_and_pmi(learned: Mapping[str, Any]) -> kit.Embed:
    """Dot products of skip-gram against shifted PMI, a dot for each pair of words.

    Args:
      learned: What the recipe ``embeddings`` has shipped: ``scatter``, ``compared``
        and ``runs``.
    """
    pairs = learned["scatter"]
    where, where_box = kit.choice("Counted in", list(COUNTED.values()))
    keys = {said: key for key, said in COUNTED.items()}
    source = parts.data(
        [where],
        lambda said: {"pmi": pairs[keys[said]]},
        pair=pairs["pair"],
        dot=[round(dot, 3) for dot in pairs["dot"]],
    )
    plot = kit.axes(
        height=380, x_axis_label="PMI less ln k, nats", y_axis_label="dot product"
    )
    low, high = min(pairs["same"]), max(pairs["same"])
    plot.line(
        [low, high], [low, high], color=kit.BLUE, line_dash="dashed", line_width=2
    )
    dots = plot.scatter(
        "pmi", "dot", size=7, alpha=0.45, color=kit.ORANGE, source=source
    )
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("words", "@pair"),
                ("PMI less ln k", "@pmi{0.00}"),
                ("dot product", "@dot{0.00}"),
            ],
        )
    )
    found = {
        said: [run[key] for run in learned["runs"]] for key, said in COUNTED.items()
    }
    line = parts.status(
        [where], lambda said: pmi_line(said, learned["compared"], found[said])
    )
    rows = list(zip(*(pairs[k] for k in ("pair", "same", "dot")), strict=True))[:12]
    return kit.Embed(
        column(
            where_box, kit.legend(*PAIR_KEY), plot, line, sizing_mode="stretch_width"
        ),
        alt="A scatter of the dot product of two words against their shifted pointwise"
        " mutual information.",
        status=line,
        table=[
            ("words", "PMI less ln k", "dot product"),
            *((p, f"{x:.2f}", f"{y:.2f}") for p, x, y in rows),
        ],
    )
