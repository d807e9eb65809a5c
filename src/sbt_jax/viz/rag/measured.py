"""What was measured: searches by kind of question, chunk sizes, found and read.

Public names: :mod:`sbt_jax.viz.rag`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, Whisker

from sbt_jax.numbers import count, percent
from sbt_jax.rag import SEARCHES
from sbt_jax.viz import kit, parts

Table = Mapping[str, Any]
COLORS = dict(zip(SEARCHES, (kit.BLUE, kit.ORANGE, kit.GREEN, kit.PURPLE), strict=True))
#: Groups of the table by what the figure calls them.
GROUPS = {
    "keywords": "the word itself",
    "symbols": "a sign, like +=",
    "paraphrases": "in other words",
}
PLACES = ("1", "3", "5", "10")


def recall_columns(recall: Table, group: str, most: str) -> dict[str, list[Any]]:
    """The share that each search finds by then, and its interval."""
    rows = [recall[group][search][most] for search in SEARCHES]
    return {
        "share": [row[0] for row in rows],
        "low": [row[1] for row in rows],
        "high": [row[2] for row in rows],
    }


def recall_line(recall: Table, group: str, most: str) -> str:
    """What the line says of one kind of question."""
    shares = {s: recall[group][s][most] for s in SEARCHES}
    said = ", ".join(f"{s} {percent(row[0])}" for s, row in shares.items())
    first = "first" if most == "1" else f"first {most}"
    return f"Asked {GROUPS[group]}, the right topic is among the {first}: {said}."


def who_finds_what(recall: Table, asked: Mapping[str, int]) -> kit.Embed:
    """The share of questions whose topic is found, by search and kind of question.

    Args:
      recall: Of ``read_table("rag")``.
      asked: How many questions of each group there are.
    """
    groups = {
        name: f"{name}, {count(asked[g])} questions" for g, name in GROUPS.items()
    }
    back = {name: g for g, name in GROUPS.items()}
    kinds, kind_box = kit.choice("Asked for by", list(groups))
    deep, deep_box = kit.choice("Looking at the first", PLACES)
    deep.active = PLACES.index("5")
    kinds.active = 0
    source = parts.data(
        [kinds, deep],
        lambda name, most: recall_columns(recall, back[name], most),
        search=list(SEARCHES),
        color=[COLORS[s] for s in SEARCHES],
    )
    plot = kit.axes(
        y_range=FactorRange(factors=list(SEARCHES)[::-1]),
        x_range=(0, 1.02),
        x_axis_label="questions whose topic is found",
        height=230,
    )
    plot.hbar("search", right="share", height=0.6, color="color", source=source)
    plot.add_layout(
        Whisker(
            base="search",
            upper="high",
            lower="low",
            dimension="width",
            source=source,
            line_color=kit.GREY,
            line_width=2,
            level="annotation",
        )
    )
    line = parts.status(
        [kinds, deep], lambda name, most: recall_line(recall, back[name], most)
    )
    return kit.Embed(
        kit.beside([kind_box, deep_box], [plot, line]),
        alt="Bars: of the questions to Python's documentation, how many find their"
        " topic, by search; buttons choose the kind of question and how many count.",
        status=line,
        table=[
            ("asked for by", *SEARCHES),
            *(
                (groups[name], *(percent(recall[g][s]["5"][0]) for s in SEARCHES))
                for g, name in GROUPS.items()
            ),
        ],
    )


def grid_line(search: str, rows: Sequence[Table], budget: int) -> str:
    """What the line says of a search over all chunk sizes."""
    best, worst = (pick(rows, key=lambda row: row[search]) for pick in (max, min))
    shared = {
        row["share"]: f" that share {percent(row['share'])}"
        if row["share"]
        else " without overlap"
        for row in (best, worst)
    }
    return (
        f"{search}, {count(budget)} words laid before the model: chunks of"
        f" {best['size']} words{shared[best['share']]} find"
        f" {percent(best[search])} of the topics, chunks of {worst['size']}"
        f"{shared[worst['share']]} find {percent(worst[search])}."
    )


def chunk_sizes(grid: Sequence[Table], budget: int) -> kit.Embed:
    """How often the right topic is among the chunks that fit, by size and overlap."""
    shares = sorted({row["share"] for row in grid})
    looks = dict(zip(shares, (kit.BLUE, kit.GREEN, kit.ORANGE), strict=False))
    names = {share: "no overlap" if not share else percent(share) for share in shares}
    pick, box = kit.choice("Search by ", SEARCHES)
    sizes = sorted({row["size"] for row in grid})
    plot = kit.axes(
        x_range=FactorRange(factors=[str(size) for size in sizes]),
        y_range=(0, 1),
        x_axis_label="words of a chunk",
        y_axis_label="topics found",
        height=270,
    )
    for share in shares:
        rows = {row["size"]: row for row in grid if row["share"] == share}
        source = parts.data(
            [pick],
            lambda search, rows=rows: {"y": [rows[size][search] for size in sizes]},
            x=[str(size) for size in sizes],
        )
        look = {"color": looks[share], "source": source}
        plot.line("x", "y", line_width=2, **look)
        plot.scatter("x", "y", size=8, **look)
    line = parts.status([pick], lambda search: grid_line(search, grid, budget))
    return kit.Embed(
        kit.beside(
            [box],
            [kit.legend({names[share]: looks[share] for share in shares}), plot, line],
        ),
        alt="Lines: the share of topics found within a fixed number of words, by the"
        " size of the chunks, for several overlaps; buttons choose the search.",
        status=line,
        table=[
            ("words of a chunk", "overlap", *SEARCHES),
            *(
                (row["size"], names[row["share"]], *(percent(row[s]) for s in SEARCHES))
                for row in grid
            ),
        ],
    )


def whole_columns(runs: Sequence[Table], search: str) -> dict[str, list[Any]]:
    """Shares over all seeds: found, answered; by number of notes."""
    counts = sorted(runs[0][search], key=int)
    asked = sum(run["asked"] for run in runs)

    def share(key: str, most: str) -> float:
        return sum(run[search][most][key] for run in runs) / asked

    return {
        "x": [int(most) for most in counts],
        "found": [share("found", most) for most in counts],
        "right": [share("right", most) for most in counts],
    }


def whole_line(runs: Sequence[Table], search: str) -> str:
    """What the line says of a search."""
    rows = whole_columns(runs, search)
    one, *_, last = rows["right"]
    found = rows["found"]
    best = max(range(len(rows["x"])), key=lambda i: rows["right"][i])
    return (
        f"{search}: with one note laid before it the reader answers {percent(one)},"
        f" with {rows['x'][-1]} notes {percent(last)}. Best are {rows['x'][best]}:"
        f" {percent(found[best])} found, {percent(rows['right'][best])} answered."
    )


def found_and_read(runs: Sequence[Table], searches: Sequence[str]) -> kit.Embed:
    """How often the note is found, and how often the answer is right.

    Args:
      runs: ``whole`` of ``read_table("rag_reading")``, one a seed.
      searches: Those that it holds, the first shown first.
    """
    pick, box = kit.choice("Found by", list(searches))
    source = parts.data([pick], lambda search: whole_columns(runs, search))
    plot = kit.axes(
        y_range=(0, 1.03),
        x_axis_label="notes laid before the reader",
        y_axis_label="share of the questions",
        height=270,
    )
    for key, color in (("found", kit.GREY), ("right", kit.BLUE)):
        plot.line("x", key, line_width=2.5, color=color, source=source)
        plot.scatter("x", key, size=8, color=color, source=source)
    line = parts.status([pick], lambda search: whole_line(runs, search))
    legend = kit.legend(
        {"the note is found": kit.GREY, "the answer is right": kit.BLUE}
    )
    return kit.Embed(
        column(kit.beside([box], [legend, plot, line]), sizing_mode="stretch_width"),
        alt="Two lines by the number of notes laid before the reader: how often the"
        " right note is among them, and how often the answer is right.",
        status=line,
        table=[
            ("found by", "notes", "found", "answered"),
            *(
                (search, x, percent(found), percent(right))
                for search in searches
                for x, found, right in zip(
                    *whole_columns(runs, search).values(), strict=True
                )
            ),
        ],
    )
