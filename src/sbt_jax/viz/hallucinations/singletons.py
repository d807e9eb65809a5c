"""How much was read, and what share of what is said then must be made up.

Public names: :mod:`sbt_jax.viz.hallucinations`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit
from sbt_jax.viz.parts import frames

COLORS = {
    "never read of": kit.GREY,
    "read of once": kit.ORANGE,
    "false, of what trained models say": kit.BLUE,
    "where the theorem allows it": kit.GREEN,
}


def _mean(rows: Sequence[Mapping[str, float]], name: str) -> float:
    return float(np.mean([row[name] for row in rows]))


def _newest(rows: Mapping[str, Any]) -> float:
    """How much is new after the fewest statements: what orders laws."""
    return _mean(rows[min(rows, key=int)], "missing")


def _columns(laws: Mapping[str, Any], law: str) -> dict[str, list[Any]]:
    rows = {n: laws[law][n] for n in sorted(laws[law], key=int)}
    found: dict[str, list[Any]] = {"n": [int(n) for n in rows]}
    for name in ("singletons", "missing", "low", "high"):
        found[name] = [min(max(_mean(r, name), 0.0), 1.0) for r in rows.values()]
    return found


def _dots(learned: Mapping[str, Any], law: str) -> dict[str, list[Any]]:
    pairs = [(int(n), run["false"]) for n, by in learned.items() for run in by[law]]
    n, false = zip(*pairs, strict=True)
    return {"n": list(n), "false": list(false)}


def read_line(laws: Mapping[str, Any], learned: Mapping[str, Any], law: str) -> str:
    """What the line says of a law."""
    most = max(learned, key=int)
    false = float(np.mean([run["false"] for run in learned[most][law]]))
    once = _mean(laws[law][most], "singletons")
    low = [int(n) for n, rows in laws[law].items() if _mean(rows, "low") > 0]
    bound = (
        f"The lower bound says something from {count(min(low))} on."
        if low
        else "The lower bound says nothing here."
    )
    return (
        f"{law[0].upper()}{law[1:]}, {count(int(most))} statements: {percent(once, 1)}"
        " are about somebody read of once, and of what the trained models say"
        f" {percent(false, 1)} is false. {bound}"
    )


def read_and_made_up(laws: Mapping[str, Any], learned: Mapping[str, Any]) -> kit.Embed:
    """Statements read against false ones, missing mass, singletons and bounds.

    Args:
      laws: For each law, by the number of statements: what is known before learning,
        a row a seed.
      learned: By the number of statements, for each law: what models said, a row a
        seed.
    """
    names = sorted(laws, key=lambda law: _newest(laws[law]))
    pick, pick_box = kit.choice("Who is spoken of, and how often", names)
    pick_box.children[1].orientation = "vertical"
    pick.active = min(1, len(laws) - 1)
    source = frames.data([pick], lambda law: _columns(laws, law))
    dots = frames.data([pick], lambda law: _dots(learned, law))
    line = frames.status([pick], lambda law: read_line(laws, learned, law))
    line.styles = dict(line.styles) | {"min-height": "8.2em"}
    plot = kit.axes(
        x_axis_type="log",
        y_range=(-0.02, 1.02),
        x_axis_label="statements that were read",
        y_axis_label="share",
        height=330,
    )
    plot.varea("n", "low", "high", fill_color=kit.GREEN, fill_alpha=0.18, source=source)
    plot.line("n", "missing", color=kit.GREY, line_width=5, alpha=0.6, source=source)
    plot.scatter(
        "n", "singletons", color=kit.ORANGE, size=10, marker="diamond", source=source
    )
    plot.scatter("n", "false", color=kit.BLUE, size=10, source=dots)
    law = frames.chosen(pick)
    first = _columns(laws, law)
    false = {int(n): percent(_mean(by[law], "false"), 1) for n, by in learned.items()}
    return kit.Embed(
        kit.beside(
            [pick_box, line],
            [
                kit.legend(
                    COLORS,
                    {"read of once": "◆", "false, of what trained models say": "●"},
                ),
                plot,
            ],
        ),
        alt="Shares by how many statements were read: of people never read of, of those"
        " read of once, and of false statements, which lie together.",
        status=line,
        table=[
            ("statements", "never read of", "read of once", "false"),
            *(
                (count(n), percent(a, 1), percent(b, 1), false.get(n, ""))
                for n, a, b in zip(
                    first["n"], first["missing"], first["singletons"], strict=True
                )
            ),
        ],
    )
