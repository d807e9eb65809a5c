"""What fine-tuning learned and what it forgot, by rank and by rate.

Public names: :mod:`sbt_jax.viz.finetuning`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, Range1d

from sbt_jax.numbers import count, decimal, percent
from sbt_jax.viz import kit, parts

ALL = "all weights"
COLORS = {
    "logbook: still to learn": kit.BLUE,
    "stories: forgotten": kit.ORANGE,
}
REPLAY = "replay"
LEAST = 0.03  # of the logarithmic axis, in nats a word


def rate_line(rate: str, rows: Mapping[str, tuple[float, float]]) -> str:
    """What the line says of one rate: still to learn and forgotten, by what learns.

    Example:
      >>> rate_line("0.01", {"1": (0.5, 2.0)})
      'At rate 0.01, still to learn and forgotten: rank 1 0.50 and 2.00.'
    """
    told = "; ".join(
        f"{name if name == ALL else f'rank {name}'} {decimal(new)} and {decimal(old)}"
        for name, (new, old) in rows.items()
    )
    return f"At rate {rate}, still to learn and forgotten: {told}."


def learned_and_forgotten(runs: Sequence[Mapping[str, Any]]) -> kit.Embed:
    """Learned against forgotten: a curve for each rank, a dot for each rate.

    Args:
      runs: Of *small*: ``rule``, ``rank`` (0 for all weights), ``rate``, ``new`` and
        ``old``, nats a word above the floors of logbook and stories.
    """
    rules = {
        "α / r": "alpha / rank",
        "α / √r": "alpha / root of rank",
    }
    ranks = sorted({run["rank"] for run in runs if run["rank"]})
    names = [ALL, *(str(rank) for rank in ranks)]
    colors = dict(zip(names, kit.PALETTE, strict=False))
    known = {(r["rule"], r["rank"], r["rate"]): r for r in runs}
    full = {run["rate"] for run in runs if not run["rank"]}
    rates = sorted({run["rate"] for run in runs if run["rank"]} & full)

    def row(rule: str, rate: float, name: str) -> Mapping[str, Any]:
        of = ALL if name == ALL else rules[rule]
        return known[of, 0 if name == ALL else int(name), rate]

    slider = parts.slider("learning rate", [f"{rate:g}" for rate in rates], at=1)
    group, pick = kit.choice("Scale of the adapters", list(rules))
    plot = kit.axes(
        x_range=Range1d(0.12, 3),
        y_range=Range1d(0.1, 12),
        x_axis_type="log",
        y_axis_type="log",
        height=280,
        x_axis_label="logbook: still to learn, nats a word",
        y_axis_label="stories: forgotten",
    )
    plot.xaxis.ticker = [0.2, 0.5, 1, 2]  # apart on a phone, too
    for name in names:
        own = sorted(full) if name == ALL else rates
        curve = parts.data(
            [group],
            lambda rule, name=name, own=own: {
                key: [row(rule, rate, name)[key] for rate in own]
                for key in ("new", "old")
            },
            rate=list(own),
        )
        here = parts.data(
            [slider, group],
            lambda rate, rule, name=name: {
                key: [row(rule, float(rate), name)[key]] for key in ("new", "old")
            },
        )
        wide = 4 if name == ALL else 2
        plot.line("new", "old", color=colors[name], line_width=wide, source=curve)
        plot.scatter("new", "old", color=colors[name], size=6, source=curve)
        plot.scatter("new", "old", color=colors[name], size=15, source=here)
    line = parts.status(
        [slider, group],
        lambda rate, rule: rate_line(
            rate,
            {
                n: (row(rule, float(rate), n)["new"], row(rule, float(rate), n)["old"])
                for n in (names[1], names[-1], ALL)
            },
        ),
    )
    key = {name if name == ALL else f"rank {name}": c for name, c in colors.items()}
    first = next(iter(rules))
    return kit.Embed(
        column(
            kit.beside([slider, pick], [kit.legend(key), plot], share=0.32),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Curves for adapters of several ranks and for all weights: what is still to"
        " be learned of the logbook, against what is forgotten of the stories.",
        status=line,
        table=[
            ("rank", "logbook", "stories"),
            *(
                (
                    name,
                    decimal(row(first, rates[1], name)["new"]),
                    decimal(row(first, rates[1], name)["old"]),
                )
                for name in names
            ),
        ],
    )


def rank_line(row: Mapping[str, Any], weights: int) -> str:
    """What the line says of one rank.

    Example:
      >>> rank_line({"rank": 2, "numbers": 20, "new": [0.2, 0.3], "old": [1.0]}, 1000)
      'Rank 2 learns 20 numbers, 2.0 % of the weights, 0 KB in half precision.'
    """
    name = f"Rank {row['rank']}" if row["rank"] else "Full fine-tuning"
    size = f"{count(2 * row['numbers'] / 1000)} KB in half precision."
    share = percent(row["numbers"] / weights, 1)
    return (
        f"{name} learns {count(row['numbers'])} numbers, {share} of the weights, {size}"
    )


def ranks_of_main(
    seeds: Sequence[Sequence[Mapping[str, Any]]],
    others: Sequence[Mapping[str, Any]],
    replay: Mapping[str, Any],
) -> kit.Embed:
    """What each rank leaves to learn and forgets, in main; all seeds as dots.

    Args:
      seeds: Of each, rows by rank: ``rank`` (0 for all weights), ``numbers``, ``new``
        and ``old``.
      others: Rows with adapters on some of the matrices only: ``targets``, too.
      replay: The row whose texts were stories for a part.
    """
    rows = [
        dict(row) | {key: _mean(seeds, row["rank"], key) for key in ("new", "old")}
        for row in sorted(seeds[0], key=lambda row: row["rank"] or 10**9)
    ]
    names = [str(row["rank"]) if row["rank"] else ALL for row in rows]
    weights = next(row["numbers"] for row in rows if not row["rank"])
    by = dict(zip(names, rows, strict=True))
    extra = {f"{row['targets']}, rank {row['rank']}": row for row in others}
    extra[f"{REPLAY}, rank {replay['rank']}"] = replay
    slider = parts.slider("rank", [*names, *extra], at=1)
    plot = kit.axes(
        x_range=FactorRange(*names, *extra),
        y_range=Range1d(LEAST, 4),
        y_axis_type="log",
        height=290,
        x_axis_label="rank of the adapters",
        y_axis_label="nats a word",
    )
    plot.xaxis.major_label_orientation = 0.5
    chosen = parts.data(
        [slider], lambda name: {"x": [name], "top": [4], "bottom": [LEAST]}
    )
    plot.vbar(
        "x",
        top="top",
        bottom="bottom",
        width=0.9,
        color=kit.GREY,
        alpha=0.18,
        line_color=None,
        source=chosen,
    )
    for key, color in zip(("new", "old"), COLORS.values(), strict=True):
        points = [
            (str(row["rank"]) if row["rank"] else ALL, max(row[key], LEAST))
            for one in seeds
            for row in one
        ]
        points += [(name, max(row[key], LEAST)) for name, row in extra.items()]
        plot.scatter(
            [x for x, _ in points],
            [y for _, y in points],
            size=11,
            color=color,
            fill_alpha=0.75,
            marker="circle" if key == "new" else "triangle",
        )
    line = parts.status([slider], lambda name: _line(name, by, extra, weights))
    signs = dict(zip(COLORS, ("●", "▲"), strict=True))
    return kit.Embed(
        column(
            kit.beside([slider, line], [kit.legend(COLORS, signs), plot], share=0.36),
            sizing_mode="stretch_width",
        ),
        alt="Dots for each rank and for all weights of main: how far from the logbook's"
        " floor after fine-tuning, and how much of the stories is forgotten.",
        status=line,
        table=[
            ("rank", "numbers", "logbook", "stories"),
            *(
                (n, count(r["numbers"]), decimal(r["new"]), decimal(r["old"]))
                for n, r in [*zip(names, rows, strict=True), *extra.items()]
            ),
        ],
    )


def _mean(seeds: Sequence[Sequence[Mapping[str, Any]]], rank: int, key: str) -> float:
    found = [row[key] for one in seeds for row in one if row["rank"] == rank]
    return sum(found) / len(found)


def _line(
    name: str,
    by: Mapping[str, Mapping[str, Any]],
    extra: Mapping[str, Mapping[str, Any]],
    weights: int,
) -> str:
    row = by.get(name) or extra[name]
    only, many = "", "" if name in extra else ", in the mean"
    if name.startswith(REPLAY):
        only = " Some of the texts were stories."
    elif name in extra:
        only = f" Adapters on the {row['targets']} only."
    return (
        f"{rank_line(row, weights)}{only} After the same texts it is"
        f" {decimal(row['new'])} nats a word from the logbook's floor, and"
        f" {decimal(row['old'])} from that of stories{many}."
    )
