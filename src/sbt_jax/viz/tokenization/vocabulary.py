"""Sizes of a vocabulary: what more merges cost and buy, in bits per byte.

Public names: :mod:`sbt_jax.viz.tokenization`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import percent, spread
from sbt_jax.viz import kit, parts


def tradeoff_line(size: Mapping[str, Any], held_out: Sequence[float]) -> str:
    """What one vocabulary costs and buys, in words."""
    body, embedding = size["parameters"]["body"], size["parameters"]["embedding"]
    return (
        f"{size['merges']} merges: 100 bytes are {100 * size['tokens_per_byte']:.0f}"
        f" tokens. The transformer needs {spread(held_out)} bits a byte over"
        f" {len(held_out)} seeds, counting pairs {size['bigram']:.2f}."
        f" {percent(embedding / (body + embedding))} of its parameters are the"
        " embedding."
    )


def vocabulary_tradeoff(table: Mapping[str, Any]) -> kit.Embed:
    """Bits per byte and length of the sequence, by size of the vocabulary.

    ``table`` is what :mod:`sbt_jax.recipes.tokenization.vocabulary` ships.
    """
    sizes = list(table["sizes"])
    names = [short(size["merges"]) for size in sizes]
    budgets = {"equal tokens": "tokens", "equal text": "text"}
    held_out = {
        label: [
            [
                row["held_out"]
                for row in table["rows"]
                if row["budget"] == budget and row["merges"] == size["merges"]
            ]
            for size in sizes
        ]
        for label, budget in budgets.items()
    }
    first = held_out["equal tokens"]
    budget, budget_box = kit.choice("Models are compared at", list(budgets))
    slider = parts.slider("merges", names, len(sizes) // 2)
    runs = parts.data([budget], lambda label: runs_of(names, held_out[label]))
    means = parts.data([budget], lambda label: means_of(names, held_out[label]))
    here = parts.data(
        [budget, slider],
        lambda label, name: means_of([name], [held_out[label][names.index(name)]]),
    )
    bits = kit.axes(x_range=names, y_axis_label="bits per byte", height=260)
    bits.line("merges", "bits", source=means, color=kit.BLUE, line_width=2)
    bits.scatter("merges", "bits", source=runs, color=kit.BLUE, size=6, alpha=0.6)
    pairs = [size["bigram"] for size in sizes]
    bits.line(names, pairs, color=kit.ORANGE, line_width=2, line_dash="dashed")
    bits.scatter(
        "merges",
        "bits",
        source=here,
        size=16,
        fill_color=None,
        line_color=kit.BLUE,
        line_width=3,
    )
    length = kit.axes(
        x_range=bits.x_range,
        height=150,
        x_axis_label="merges",
        y_axis_label="tokens / 100 B",
    )
    length.y_range.start = 0
    length.vbar(
        names,
        top=[100 * size["tokens_per_byte"] for size in sizes],
        width=0.6,
        color=kit.GREEN,
    )
    key = kit.legend({"transformer": kit.BLUE, "counting pairs": kit.ORANGE})

    def said(label: str, name: str) -> str:
        at = names.index(name)
        return tradeoff_line(sizes[at], held_out[label][at])

    line = parts.status([budget, slider], said)
    return kit.Embed(
        kit.beside([budget_box, slider], [key, bits, length, line]),
        alt="Two panels over the number of merges: bits per byte of a small"
        " transformer and of a model that counts pairs, and tokens per 100 bytes.",
        status=line,
        table=[
            ("merges", "bits per byte", "counting pairs", "tokens per 100 bytes"),
            *(
                (
                    s["merges"],
                    spread(v),
                    f"{s['bigram']:.2f}",
                    f"{100 * s['tokens_per_byte']:.0f}",
                )
                for s, v in zip(sizes, first, strict=True)
            ),
        ],
    )


def short(merges: int) -> str:
    """1024 as 1k: seven of them fit under a plot on a phone."""
    return str(merges) if merges < 1024 else f"{merges // 1024}k"


def runs_of(names: Sequence[str], values: Sequence[Sequence[float]]) -> dict[str, list]:
    """One point a run: the name of its setting, and its value."""
    points = [(name, v) for name, row in zip(names, values, strict=True) for v in row]
    return {"merges": [name for name, _ in points], "bits": [v for _, v in points]}


def means_of(
    names: Sequence[str], values: Sequence[Sequence[float]]
) -> dict[str, list]:
    """The mean over the runs of each setting."""
    return {"merges": list(names), "bits": [float(np.mean(row)) for row in values]}
