"""Letters counted right: by two small models, and by a published one.

Public names: :mod:`sbt_jax.viz.tokenization`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.models import Select
from bokeh.transform import dodge

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.tokenization.letters import COUNTS

ASKED = {  # the kinds of words, by what the buttons call them
    "new words": "held_out",
    "words of its training": "training_words",
}


def right_by_count(table: Mapping[str, Any]) -> kit.Embed:
    """Letters counted right, by how often the letter occurs; every seed is a dot.

    ``table`` is what :mod:`sbt_jax.recipes.tokenization.letters` ships.
    """
    merges = sorted({row["merges"] for row in table["rows"]} - {0})
    names = [str(n) for n in merges]
    shares = {
        label: {
            n: [row[key]["by_count"] for row in table["rows"] if row["merges"] == n]
            for n in (0, *merges)
        }
        for label, key in ASKED.items()
    }
    which, which_box = kit.choice("Asked about", list(ASKED))
    slider = parts.slider("tokens of so many merges", names)

    def picked(label: str, name: str) -> list[list[float]]:
        return shares[label][merges[names.index(name)]]

    plot = kit.axes(
        x_range=list(COUNTS),
        y_range=(0, 104),
        height=260,
        x_axis_label="how often the letter occurs",
        y_axis_label="right answers, %",
    )
    drawn = (
        (-0.2, kit.BLUE, [which], lambda label: shares[label][0]),
        (0.2, kit.ORANGE, [which, slider], picked),
    )
    for shift, color, widgets, rows in drawn:
        at = dodge("count", shift, range=plot.x_range)
        bars = parts.data(widgets, lambda *names, rows=rows: means(rows(*names)))
        dots = parts.data(widgets, lambda *names, rows=rows: single(rows(*names)))
        plot.vbar(at, top="share", width=0.36, color=color, source=bars)
        plot.scatter(
            at, "share", source=dots, size=5, color="#ffffff", line_color="#101318"
        )
    key = kit.legend({"reads letters": kit.BLUE, "reads tokens": kit.ORANGE})
    line = parts.status(
        [which, slider],
        lambda label, name: count_line(shares[label][0], picked(label, name)),
    )
    return kit.Embed(
        kit.beside([slider, which_box], [key, plot, line]),
        alt="Bars of how often a letter is counted right, by how often it occurs in"
        " the word: by a model that reads letters and by one that reads tokens.",
        status=line,
        table=[
            ("the letter occurs", "reads letters", f"{names[-1]} merges"),
            *(
                (c, percent(a), percent(b))
                for c, a, b in zip(
                    COUNTS,
                    means(shares["new words"][0])["share"],
                    means(shares["new words"][merges[-1]])["share"],
                    strict=True,
                )
                for a, b in [(a / 100, b / 100)]
            ),
        ],
    )


def means(rows: Sequence[Sequence[float]]) -> dict[str, list[Any]]:
    """The mean of the seeds for each count, in percent."""
    shares = 100 * np.mean(rows, axis=0)
    return {"count": list(COUNTS), "share": shares.tolist()}


def single(rows: Sequence[Sequence[float]]) -> dict[str, list[Any]]:
    """One dot a seed and count, in percent."""
    pairs = [pair for row in rows for pair in zip(COUNTS, row, strict=True)]
    return {"count": [c for c, _ in pairs], "share": [100 * s for _, s in pairs]}


def count_line(
    letters: Sequence[Sequence[float]], tokens: Sequence[Sequence[float]]
) -> str:
    """The two ends of the bars, in words."""

    def ends(rows: Sequence[Sequence[float]]) -> str:
        none, *_, many = np.mean(rows, axis=0)
        return f"{percent(none)} where there is none, {percent(many)} at 3 or more"

    return (
        f"Right, mean of {len(letters)} seeds. Reading letters: {ends(letters)}."
        f" Reading tokens: {ends(tokens)}."
    )


def asked_eight_ways(table: Mapping[str, Any], example: str) -> kit.Embed:
    """How a published model counts and spells, by the wording and the word's length.

    Args:
      table: What :mod:`sbt_jax.recipes.real.tokenization` measures.
      example: The word whose answers the table holds.
    """
    ways = {f"{way['kind']}: {way['name']}": way for way in table["ways"]}
    lengths = sorted(table["always"], key=int)
    pick = Select(title="Asked in this way", options=list(ways), value=next(iter(ways)))

    def bars(name: str) -> dict[str, list[Any]]:
        right = ways[name]["right"]
        return {
            "length": lengths,
            "right": [100 * right[n][0] / right[n][1] for n in lengths],
        }

    def always(name: str) -> dict[str, list[Any]]:
        counts = ways[name]["kind"] == "counting"
        best = table["always"]
        return {
            "length": lengths if counts else [],
            "always": [100 * best[n][0] / best[n][1] for n in lengths if counts],
        }

    plot = kit.axes(
        x_range=lengths,
        y_range=(0, 102),
        height=240,
        x_axis_label="letters of the word",
        y_axis_label="right, %",
    )
    right = parts.data([pick], bars)
    plot.vbar("length", top="right", width=0.7, color=kit.BLUE, source=right)
    same = parts.data([pick], always)
    plot.rect("length", "always", width=0.9, height=2.5, color=kit.ORANGE, source=same)
    key = kit.legend({"SmolLM2-135M": kit.BLUE, "always the same answer": kit.ORANGE})
    line = parts.status([pick], lambda name: way_line(ways[name], example))
    line.styles = {**line.styles, "min-height": "8.2em"}
    return kit.Embed(
        kit.beside([pick], [key, plot, line]),
        alt="Bars of how often SmolLM2 counts or spells right, by the length of the"
        " word, for eight ways to ask.",
        status=line,
        table=[
            ("asked", "right", f"of {example} it says"),
            *(
                (name, "{} of {}".format(*total(way)), said(way, example))
                for name, way in ways.items()
            ),
        ],
    )


def total(way: Mapping[str, Any]) -> tuple[int, int]:
    """How many answers are right, and of how many."""
    hits, asked = zip(*way["right"].values(), strict=True)
    return sum(hits), sum(asked)


def said(way: Mapping[str, Any], example: str, most: int = 32) -> str:
    """What is said of the example, cut where it gets long."""
    text = way["said"]
    return text if len(text) <= most else f"{text[:most]}…"


def way_line(way: Mapping[str, Any], example: str) -> str:
    """The question, the answer and the score, in words."""
    form = " / ".join(way["form"].format(word=example, letter="r").split("\n"))
    hits, asked = total(way)
    return (
        f"Asked: “{form.strip()}” Answer: “{said(way, example)}”."
        f" Over all words, {hits} of {asked} answers are right."
    )
