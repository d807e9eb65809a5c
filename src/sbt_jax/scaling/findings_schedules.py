"""What runs with other schedules and other learning rates say, in the page's words."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, decimal, span
from sbt_jax.scaling.approaches import lowest

Table = Mapping[str, Any]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def halves(table: Table) -> list[float]:
    """By how many nats a run halfway down a longer schedule is worse, one a seed."""
    return [
        half - own
        for row in table["halfway"]
        for half, own in zip(row["half"], row["own"], strict=True)
    ]


def on_budgets(table: Table, sweep: Table) -> list[tuple[float, int, float, float]]:
    """Budget, width, and mean losses on the one schedule and on their own."""
    own: dict[tuple[float, int], list[float]] = {}
    for row in sweep["runs"]:
        own.setdefault((row["budget"], row["width"]), []).append(row["loss"])
    return [
        (b, w, _mean(row["losses"]), _mean(own[b, w]))
        for row in table["one for all"]
        for b, w in [(row["budget"], row["width"])]
    ]


def stopped_early(table: Table, sweep: Table) -> list[float]:
    """By how many nats models on the one schedule are worse that end before it does."""
    whole = {
        (row["budget"], row["width"])
        for row in table["one for all"]
        if row["tokens"] == table["longest"]
    }
    return [
        one - own
        for budget, width, one, own in on_budgets(table, sweep)
        if (budget, width) not in whole
    ]


def means(ends: Sequence[Sequence[float | None]]) -> list[float]:
    """By learning rate the mean over seeds; infinite where one is no number any more.

    Example:
      >>> means([[1.0, None], [2.0, 3.0]])
      [1.5, inf]
    """
    columns = zip(*ends, strict=True)
    return [
        math.inf if None in column else _mean([x for x in column if x is not None])
        for column in columns
    ]


def best_rate(rates: Sequence[float], losses: Sequence[float]) -> float:
    """The bottom of a parabola through the lowest loss and its two neighbours.

    Args:
      rates: Learning rates, rising.
      losses: The mean loss at each; may be infinite.

    Returns:
      The rate; the lowest one itself where a neighbour is lacking.

    Example:
      >>> round(best_rate([0.01, 0.1, 1.0], [2.0, 1.0, 2.0]), 6)
      0.1
      >>> best_rate([0.01, 0.1, 1.0], [2.0, 1.0, math.inf])
      0.1
    """
    at = int(np.argmin(losses))
    near = slice(at - 1, at + 2)
    if not 0 < at < len(rates) - 1 or not np.isfinite(losses[near]).all():
        return rates[at]
    return lowest(rates[near], losses[near])


def rates_both_ways(rates: Table, alike: Table) -> dict[str, Any]:
    """The runs that μP scales, beside those of chapter 6 with one rate for all.

    Args:
      rates: ``rates`` of the shipped table ``scaling_schedules``.
      alike: The shipped table ``training``, whose runs read the same stories.

    Returns:
      ``rates``, ``steps``, ``base``, and ``ends``: of each width and way the losses of
      the last steps by rate, a row a seed. At the base width both ways are one.
    """
    every = alike["settings"]["rates"]
    places = [every.index(rate) for rate in rates["rates"]]
    ends = [
        {
            "width": int(width),
            "by_width": False,
            "ends": [[seed[at] for at in places] for seed in found["end"]],
        }
        for width, found in alike["rates"].items()
    ]
    ends += [row | {"by_width": True} for row in rates["ends"]]
    ends += [row | {"by_width": True} for row in ends if row["width"] == rates["base"]]
    return {**rates, "ends": sorted(ends, key=lambda row: row["width"])}


def best_rates(both: Table, by_width: bool) -> dict[int, float]:
    """By width the best learning rate.

    Args:
      both: As :func:`rates_both_ways` gives it.
      by_width: Of the runs that μP scales.
    """
    return {
        row["width"]: best_rate(both["rates"], means(row["ends"]))
        for row in both["ends"]
        if row["by_width"] is by_width
    }


def moved(best: Mapping[int, float]) -> float:
    """How many times the best rate of the narrowest model is that of the widest."""
    return best[min(best)] / best[max(best)]


def of_schedules(table: Table, sweep: Table) -> dict[str, str]:
    """What the page says of schedules, by its name there.

    Args:
      table: The shipped table ``scaling_schedules``.
      sweep: The shipped table ``scaling``.
    """
    rows = table["halfway"]
    return {
        "half_worse": decimal(_mean(halves(table)), 1),
        "half_span": span(halves(table)),
        "half_tokens": count(rows[0]["tokens"]),
        "half_seeds": count(len(rows[0]["own"])),
        "half_widths": " and ".join(count(row["width"]) for row in rows),
        "one_longest": count(table["longest"]),
        "one_most": decimal(max(stopped_early(table, sweep)), 1),
    }


def of_rates(both: Table) -> dict[str, str]:
    """What the page says of learning rates, by its name there.

    Args:
      both: As :func:`rates_both_ways` gives it.
    """
    alike, ours = best_rates(both, False), best_rates(both, True)
    narrow, wide = min(alike), max(alike)
    return {
        "rate_narrow_width": count(narrow),
        "rate_wide_width": count(wide),
        "rate_base": count(both["base"]),
        "rate_steps": count(both["steps"]),
        "rate_seeds": count(len(both["ends"][0]["ends"])),
        "rate_moved": decimal(moved(alike), 1),
        "rate_moved_mup": decimal(moved(ours), 1),
    }


def claims_of_schedules(table: Table, sweep: Table, both: Table) -> dict[str, bool]:
    """The sentences on schedules and rates, and whether they hold.

    Args:
      table: The shipped table ``scaling_schedules``.
      sweep: The shipped table ``scaling``.
      both: As :func:`rates_both_ways` gives it.
    """
    rows = on_budgets(table, sweep)
    most = max(budget for budget, *_ in rows)
    last = {width: (one, own) for budget, width, one, own in rows if budget == most}
    smallest = min(last)
    alike, ours = best_rates(both, False), best_rates(both, True)
    return {
        "halfway is worse in every pair": min(halves(table)) > 0,
        "all that are stopped early are worse": min(stopped_early(table, sweep)) > 0,
        "on one schedule the smallest looks best": (
            min(last, key=lambda width: last[width][0]) == smallest
        ),
        "on their own it is not": min(last, key=lambda w: last[w][1]) > smallest,
        "with one rate for all the best falls by width": (
            list(alike.values()) == sorted(alike.values(), reverse=True)
        ),
        "by μP it moves less, and still moves": 1.5 < moved(ours) < moved(alike) / 2,
    }
