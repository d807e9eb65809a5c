"""What the measurements of chapter 19 say, in the words of its page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.scaling.approaches import lowest, power_line
from sbt_jax.scaling.findings_published import published
from sbt_jax.scaling.fits import fit_law, runs_of
from sbt_jax.scaling.law import Law, growth, training_flops
from sbt_jax.scaling.metrics import length_of

Table = Mapping[str, Any]
#: Three widths of one budget end alike; two seeds of one width end apart, of which one
#: is late.
BUDGET, FLAT, APART, LATE = 3e11, (16, 24, 32), (1e12, 32), 1


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("scaling")`` gives it.
    """
    parts = (_fits, _best, _repeats, _written, _steps)
    return {k: v for part in parts for k, v in part(table).items()} | published()


def without_the_late_run(table: Table) -> dict[str, Any]:
    """The runs without the one that did not learn in time to repeat a name."""
    late = (*APART, LATE)
    runs = table["runs"]
    names = ("budget", "width", "seed")
    return {"runs": [row for row in runs if tuple(row[n] for n in names) != late]}


def growths_without_one(table: Table) -> list[float]:
    """The exponent of the best size, each time without another run."""
    runs = table["runs"]
    return [
        power_line(list(best), list(best.values())).slope
        for at in range(len(runs))
        for best in [best_sizes({"runs": [*runs[:at], *runs[at + 1 :]]})]
    ]


def best_sizes(table: Table) -> dict[float, float]:
    """By budget the size at the bottom of a parabola through its runs."""
    found = {}
    for budget in sorted({row["budget"] for row in table["runs"]}):
        some = [row for row in table["runs"] if row["budget"] == budget]
        sizes = [row["parameters"] for row in some]
        found[float(budget)] = lowest(sizes, [row["loss"] for row in some])
    return found


def without_embedding(table: Table, size: float) -> float:
    """The weights beside the embedding of a model of a size, by a line between runs."""
    rows = {row["parameters"]: row["embedding"] for row in table["runs"]}
    sizes = np.array(sorted(rows), float)
    rest = np.array([n - rows[n] for n in sorted(rows)], float)
    return float(np.exp(np.interp(np.log(size), np.log(sizes), np.log(rest))))


def exponents(table: Table) -> tuple[float, float]:
    """Of the best size by compute: all weights counted, and the embedding left out."""
    best = best_sizes(table)
    small = {c: without_embedding(table, n) for c, n in best.items()}
    spent = [6 * small[c] * c / 6 / n for c, n in best.items()]
    return (
        power_line(list(best), list(best.values())).slope,
        power_line(spent, list(small.values())).slope,
    )


def _fits(table: Table) -> dict[str, str]:
    fits, runs = table["fits"], table["runs"]
    law, huber = Law(*fits["projection"]), Law(*fits["huber"])
    low, high = Law(*fits["low"]), Law(*fits["high"])
    return {
        "runs": count(len(runs)),
        "sizes": count(len({(row["budget"], row["width"]) for row in runs})),
        "floor_true": decimal(runs[0]["floor"]),
        "floor": decimal(law.floor),
        "floor_huber": decimal(huber.floor),
        "floor_low": decimal(low.floor),
        "floor_high": decimal(high.floor),
        "alpha": decimal(law.alpha),
        "beta": decimal(law.beta),
        "fit_growth": decimal(growth(law)),
        "alpha_huber": decimal(huber.alpha),
        "beta_huber": decimal(huber.beta),
        "alpha_span": f"{decimal(low.alpha)} to {decimal(high.alpha)}",
        "beta_span": f"{decimal(low.beta)} to {decimal(high.beta)}",
        "missed": percent(fits["error"]),
        "rounds": count(fits["rounds"]),
        "floor_two": decimal(of_budgets(table, 2).floor),
        "floor_before": decimal(of_budgets(table, -1).floor),
    }


def of_budgets(table: Table, some: int) -> Law:
    """The law fitted to the smallest budgets alone: so many, or all but so many."""
    names, runs = ("parameters", "tokens", "loss"), table["runs"]
    few = sorted({row["budget"] for row in runs})[:some]
    kept = [row for row in runs if row["budget"] in few]
    return fit_law(runs_of(*([row[name] for row in kept] for name in names))).law


def _best(table: Table) -> dict[str, str]:
    best = best_sizes(table)
    ratios = [c / 6 / n**2 for c, n in best.items()]
    everything, seen = exponents(table)
    return {
        "our_ratio": span(ratios, lambda x: decimal(x, 0)),
        "our_growth": decimal(everything),
        "our_growth_seen": decimal(seen),
        "our_growth_span": span(growths_without_one(table)),
        "smallest": count(min(row["parameters"] for row in table["runs"])),
        "largest": count(max(row["parameters"] for row in table["runs"])),
    }


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _repeats(table: Table) -> dict[str, str]:
    rows = {row["epochs"]: row for row in table["repeats"]}
    first, most = rows[1], rows[max(rows)]
    four = rows[4]
    return {
        "once": decimal(_mean(first["losses"])),
        "once_span": span(first["losses"], lambda x: decimal(x, 3)),
        "four_times": decimal(_mean(four["losses"])),
        "four_span": span(four["losses"], lambda x: decimal(x, 3)),
        "most_times": count(max(rows)),
        "most_loss": decimal(_mean(most["losses"])),
        "most_span": span(most["losses"], lambda x: decimal(x, 3)),
        "most_read": span(most["read"], lambda x: decimal(x, 3)),
        "repeat_tokens": count(first["tokens"]),
    }


def _written(table: Table) -> dict[str, str]:
    rows = table["writing"]
    return {
        "first_words": percent(_mean([s["possible_words"] for s in rows[0]["seeds"]])),
        "first_stories": percent(
            _mean([s["possible_stories"] for s in rows[0]["seeds"]])
        ),
        "last_words": percent(_mean([s["possible_words"] for s in rows[-1]["seeds"]])),
        "last_stories": percent(
            _mean([s["possible_stories"] for s in rows[-1]["seeds"]])
        ),
    }


def names_lost(table: Table, budget: float, width: int) -> list[float]:
    """What a name costs that the story has said before, in nats, one number a seed."""
    (row,) = [
        one
        for one in table["skills"]
        if one["budget"] == budget and one["width"] == width
    ]
    return [seed["name"] for seed in row["seeds"]]


def _flat(table: Table) -> list[float]:
    """The same of the three models that end alike."""
    return [x for width in FLAT for x in names_lost(table, BUDGET, width)]


def _steps(table: Table) -> dict[str, str]:
    apart = names_lost(table, *APART)
    return {
        "flat_names": decimal(_mean(_flat(table)), 1),
        "flat_choices": decimal(math.exp(_mean(_flat(table))), 0),
        "apart_one": decimal(min(apart), 1),
        "apart_other": decimal(max(apart), 1),
        "apart_width": count(APART[1]),
    }


def of_models(held: Mapping[str, Table]) -> dict[str, str]:
    """What the cards of *small* and *main* say of words and whole stories.

    Args:
      held: By name, as ``measured_on_stories`` gives it.
    """
    found = {}
    for name, one in held.items():
        words, whole = one["possible_words"], one["possible_stories"]
        found[f"{name}_words"] = percent(words, 1)
        found[f"{name}_stories"] = percent(whole)
        found[f"{name}_length"] = count(length_of(words, whole))
    spent = [training_flops(one["parameters"], one["tokens"]) for one in held.values()]
    found["main_more"] = count(max(spent) / min(spent))
    return found


def progress(table: Table, held: Mapping[str, Table]) -> list[dict[str, float]]:
    """Models from the least compute to the most, by several measures.

    Args:
      table: The shipped one: of each budget its best width.
      held: Cards of models that had more, by name.
    """
    found = []
    for row in table["writing"]:
        runs = [
            run
            for run in table["runs"]
            if run["budget"] == row["budget"] and run["width"] == row["width"]
        ]
        found.append(
            {
                "flops": float(row["budget"]),
                "gap": _mean([run["loss"] - run["floor"] for run in runs]),
                "words": _mean([s["possible_words"] for s in row["seeds"]]),
                "stories": _mean([s["possible_stories"] for s in row["seeds"]]),
                "names": _mean(names_lost(table, row["budget"], row["width"])),
            }
        )
    for name, one in held.items():
        found.append(
            {
                "flops": training_flops(one["parameters"], one["tokens"]),
                "gap": one["loss_per_token"] - one["entropy_per_token"],
                "words": one["possible_words"],
                "stories": one["possible_stories"],
                "names": table["shipped"][name][0]["name"],
            }
        )
    return found


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    best, fits = best_sizes(table), table["fits"]
    sizes = list(best.values())
    in_order = list(best_sizes(without_the_late_run(table)).values())
    truth = table["runs"][0]["floor"]
    everything, seen = exponents(table)
    rows = {row["epochs"]: _mean(row["losses"]) for row in table["repeats"]}
    ends = [
        row["loss"]
        for row in table["runs"]
        if row["budget"] == BUDGET and row["width"] in FLAT
    ]
    apart = names_lost(table, *APART)
    stories = [
        _mean([s["possible_stories"] for s in r["seeds"]]) for r in table["writing"]
    ]
    return {
        "each budget has a best size": max(sizes) < math.inf,
        "it grows with all but the last budget": sizes[:-1] == sorted(sizes[:-1]),
        "the last stands left of the one before": sizes[-1] < sizes[-2],
        "without one run all are in order": in_order == sorted(in_order),
        "it grows more slowly than for text": max(growths_without_one(table)) < 0.45,
        "the fitted floor is too low": fits["projection"][0] < truth - 0.05,
        "the truth is above the range": fits["high"][0] < truth,
        "more runs did not bring it nearer": (
            fits["projection"][0] < of_budgets(table, -1).floor < truth
        ),
        "two budgets find no floor": of_budgets(table, 2).floor < 0.1,
        "the form fits badly": fits["error"] > 0.03,
        "three sizes end alike": max(ends) - min(ends) < 0.03,
        "they do not repeat names": min(_flat(table)) > 3.0,
        "the next larger size has begun": max(names_lost(table, BUDGET, 48)) < 2.5,
        "two seeds part": max(apart) > 2 * min(apart),
        "exponents are larger than text's": min(fits["projection"][3:]) > 0.5,
        "without embeddings the exponent is larger": seen > everything + 0.02,
        "four readings cost little": rows[4] - rows[1] < 0.1,
        "many readings cost much": rows[max(rows)] - rows[1] > 0.2,
        "only the last budget writes whole stories": max(stories[:-1]) < 0.002,
        "and few": 0.002 < stories[-1] < 0.06,
    }
