"""What the measurements of chapter 19 say, in the words of its page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.scaling import MODELS, SCALING
from sbt_jax.scaling.approaches import by_parabolas, lowest, power_line
from sbt_jax.scaling.fits import fit_law, runs_of
from sbt_jax.scaling.kaplan import seen_without_embedding
from sbt_jax.scaling.law import (
    Law,
    best_split,
    growth,
    laws,
    predicted_loss,
    training_flops,
)
from sbt_jax.scaling.lifetime import cheapest
from sbt_jax.scaling.metrics import length_of
from sbt_jax.scaling.repeats import worth

Table = Mapping[str, Any]
AGAIN = "fitted again"


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("scaling")`` gives it.
    """
    parts = (_fits, _best, _repeats, _written)
    return {k: v for part in parts for k, v in part(table).items()} | published()


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
        "alpha_huber": decimal(huber.alpha),
        "beta_huber": decimal(huber.beta),
        "alpha_span": f"{decimal(low.alpha)} to {decimal(high.alpha)}",
        "beta_span": f"{decimal(low.beta)} to {decimal(high.beta)}",
        "missed": percent(fits["error"]),
        "rounds": count(fits["rounds"]),
        "floor_two": decimal(of_two_budgets(table).floor),
    }


def of_two_budgets(table: Table) -> Law:
    """The law fitted to the two smallest budgets alone."""
    names, runs = ("parameters", "tokens", "loss"), table["runs"]
    few = sorted({row["budget"] for row in runs})[:2]
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
            }
        )
    for one in held.values():
        found.append(
            {
                "flops": training_flops(one["parameters"], one["tokens"]),
                "gap": one["loss_per_token"] - one["entropy_per_token"],
                "words": one["possible_words"],
                "stories": one["possible_stories"],
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
    truth = table["runs"][0]["floor"]
    everything, seen = exponents(table)
    rows = {row["epochs"]: _mean(row["losses"]) for row in table["repeats"]}
    stories = [
        _mean([s["possible_stories"] for s in r["seeds"]]) for r in table["writing"]
    ]
    return {
        "each budget has a best size": max(sizes) < math.inf,
        "it grows with the budget": sizes == sorted(sizes),
        "the truth is in the range": fits["low"][0] < truth < fits["high"][0],
        "the range is wide": fits["high"][0] - fits["low"][0] > 0.3,
        "two budgets find no floor": of_two_budgets(table).floor < 0.1,
        "the form fits badly": fits["error"] > 0.03,
        "exponents are larger than text's": min(fits["projection"][3:]) > 0.5,
        "without embeddings the exponent is larger": seen > everything + 0.02,
        "four readings cost little": rows[4] - rows[1] < 0.1,
        "many readings cost much": rows[max(rows)] - rows[1] > 0.2,
        "no budget of ours writes a whole story": max(stories) < 0.02,
    }


def published() -> dict[str, str]:
    """What the page quotes of others, and what our functions make of it.

    Example:
      >>> found = published()
      >>> found["gpt3_ratio"], found["again_ratio"], found["printed_ratio"]
      ('1.7', '18', '93')
    """
    known = laws()
    again, printed = known[AGAIN], known["Chinchilla, as printed"]
    budget = SCALING["gopher_budget"].value
    gpt3, llama = MODELS["GPT-3"].value, MODELS["Llama 3 8B"].value
    reached = float(predicted_loss(again, *gpt3))
    cheaper = training_flops(*cheapest(again, reached)) / training_flops(*gpt3)
    kaplan = SCALING["kaplan_exponent"].value

    def ratio(law: Law) -> float:
        best = best_split(law, budget)
        return best.tokens / best.parameters

    table_3 = [d / n for n, _, d in SCALING["table_3"].value]
    skewed = by_parabolas(printed, [1e17, 1e18, 1e19, 1e20, 1e21]).at(1e24)
    off = skewed / best_split(printed, 1e24).tokens - 1
    return {
        "gpt3_ratio": decimal(gpt3[1] / gpt3[0], 1),
        "gpt3_share": percent(cheaper),
        "llama_ratio": count(llama[1] / llama[0]),
        "again_ratio": decimal(ratio(again), 0),
        "printed_ratio": decimal(ratio(printed), 0),
        "unrounded_ratio": decimal(ratio(known["Chinchilla, unrounded"]), 0),
        "table_ratio": span(table_3, lambda x: decimal(x, 0)),
        "again_growth": decimal(growth(again)),
        "again_floor": decimal(again.floor),
        "kaplan_size": decimal(10**kaplan, 1),
        "kaplan_text": decimal(10 ** (1 - kaplan), 1),
        "kaplan_exponent": decimal(kaplan),
        "seen_again": decimal(seen_without_embedding(again)),
        "again_runs": count(SCALING["again_runs"].value),
        "parabola_off": percent(-off),
        "worth_4": decimal(worth(1.0, 4), 1),
        "worth_40": decimal(worth(1.0, 40), 0),
        "emergent_two": percent(SCALING["emergent_two"].value),
        "llama_law": "{1:g} times C to the power {0:g}".format(
            *SCALING["llama3_law"].value
        ),
        "llama_by_law": decimal(_llama_tokens() / 1e12, 1),
        "llama_said": decimal(SCALING["llama3_best"].value["tokens"] / 1e12),
    }


def _llama_tokens() -> float:
    power, factor = SCALING["llama3_law"].value
    return factor * SCALING["llama3_budget"].value ** power
