"""One word in two senses, at every depth of a published model.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit, parts

COLORS = {"the same sense": kit.BLUE, "different senses": kit.ORANGE}
KEYS = ("within", "between")


def senses_line(
    word: str, depth: int, within: float, between: float, right: float
) -> str:
    """What the line says of one word at one depth."""
    if not depth:
        return f"In the table there is one “{word}”: the same vector in every sentence."
    return (
        f"After block {depth}, two of “{word}” have a cosine of {decimal(within)} in"
        f" the same sense, {decimal(between)} in different ones. The most similar other"
        f" sentence has the same sense for {percent(right)} of them."
    )


def widest(one: Mapping[str, Sequence[float]]) -> int:
    """The depth at which the senses lie furthest apart."""
    gaps = [a - b for a, b in zip(one["within"], one["between"], strict=True)]
    return gaps.index(max(gaps))


def senses_by_depth(senses: Mapping[str, Mapping[str, Any]]) -> kit.Embed:
    """How alike the vectors of one word are, within a sense and between two.

    Args:
      senses: By word, from the table first to the last block: mean cosines
        ``within`` a sense and ``between`` two, and ``right``, the share of sentences
        whose nearest other one has the same sense.
    """
    first = next(iter(senses))
    depths = [str(depth) for depth in range(len(senses[first]["within"]))]
    word, word_box = kit.choice("The word", list(senses))
    slider = parts.slider("after block", depths, at=widest(senses[first]))
    plot = kit.axes(
        y_range=(min(min(one["between"]) for one in senses.values()) - 0.04, 1.02),
        height=280,
        x_axis_label="blocks; 0 is the table",
        y_axis_label="cosine",
    )
    for key, color in zip(KEYS, COLORS.values(), strict=True):
        lines = parts.data(
            [word],
            lambda name, key=key: {"cosine": list(senses[name][key])},
            depth=list(range(len(depths))),
        )
        plot.line("depth", "cosine", color=color, line_width=3, source=lines)

    def ring(name: str, depth: str) -> dict[str, Any]:
        return {"cosine": [senses[name][key][int(depth)] for key in KEYS]} | {
            "depth": [int(depth)] * len(KEYS)
        }

    rings = parts.data([word, slider], ring)
    look = {"fill_color": None, "line_width": 3, "line_color": kit.GREEN}
    plot.scatter("depth", "cosine", size=12, source=rings, **look)
    line = parts.status(
        [word, slider],
        lambda name, depth: senses_line(
            name,
            int(depth),
            *(senses[name][key][int(depth)] for key in (*KEYS, "right")),
        ),
    )
    one = senses[first]
    return kit.Embed(
        kit.beside([word_box, slider], [kit.legend(COLORS), plot, line]),
        alt="Two curves over the depth of a model: how alike the vectors of one word"
        " are in the same sense, and in different ones.",
        status=line,
        table=[
            ("after block", *COLORS),
            *(
                (depth, decimal(one["within"][i]), decimal(one["between"][i]))
                for i, depth in enumerate(depths)
                if not i % 5
            ),
        ],
    )
