"""What the measurements of chapter 17 say, in the words of its page."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.reasoning import REASONING
from sbt_jax.reasoning.cups import MOST, law

Table = Mapping[str, Any]
FREE, CHEAP, DEAR = "0.0", "0.05", "0.1"  # prices of a written place
FITS = 0.1  # how far, on the mean, what was measured may be from the law


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("reasoning")`` gives it.
    """
    parts = (_budgets, _layers, _learned, _wrong, _passes)
    return {k: v for part in parts for k, v in part(table).items()} | published()


def silent(table: Table, mix: str = "cuts", seed: int = 0) -> float:
    """Swaps that a model does in its head: the ``d`` that fits its budgets best.

    Args:
      table: As for :func:`findings`.
      mix: Which models.
      seed: Which of them.
    """
    return fitted(table[mix]["budgets"]["right"][seed])


def fitted(right: Sequence[Sequence[float]]) -> float:
    """The ``d`` of the law that is nearest to measured budgets.

    Args:
      right: By swaps from 1 and by budget from 0, the share of right answers.

    Example:
      >>> fitted([[law(n, b, 1.5) for b in range(n + 1)] for n in range(1, 9)])
      1.5
    """
    tried = np.arange(0, 4.01, 0.1)
    return float(round(tried[np.argmin([_far(right, d) for d in tried])], 1))


def _far(right: Sequence[Sequence[float]], d: float) -> float:
    gaps = [
        abs(x - law(n, b, float(d)))
        for n, row in enumerate(right, 1)
        for b, x in enumerate(row)
    ]
    return float(np.mean(gaps))


def _budgets(table: Table) -> dict[str, str]:
    grids = table["cuts"]["budgets"]["right"]
    last = [grid[-1] for grid in grids]
    others = [g for m in ("second", "decoys") for g in table[m]["budgets"]["right"]]
    return {
        "most": count(MOST),
        "law_blind": percent(0.2),
        "silent": span([fitted(g) for g in grids], lambda x: decimal(x, 1)),
        "law_gap": span([_far(g, fitted(g)) for g in grids], percent),
        "at_once_last": percent(float(np.mean([row[0] for row in last]))),
        "one_left": percent(float(np.mean([row[-2] for row in last]))),
        "all_written": percent(float(np.mean([row[-1] for row in last]))),
        "untaught_silent": span([fitted(g) for g in others], lambda x: decimal(x, 1)),
        "untaught_one_left": span([g[-1][-2] for g in others], percent),
        "taught_one_left": span([row[-2] for row in last], percent),
    }


def _layers(table: Table) -> dict[str, str]:
    found = {}
    for layers, rows in table["layers"].items():
        for swaps in (2, 3, 5):
            shares = [row[swaps - 1] for row in rows if len(row) >= swaps]
            if shares:
                found[f"layers_{layers}_{swaps}"] = span(shares, percent)
    return found


def looked(table: Table, cost: str, step: str, name: str) -> list[float]:
    """The mean over runs at a step, by swaps.

    Args:
      table: As for :func:`findings`.
      cost: Price of a written place.
      step: Of learning.
      name: ``right``, ``thinks`` or ``places``.
    """
    rows = table["learned"][cost]["looks"][step]
    return np.mean([row[name] for row in rows], axis=0).tolist()


def _learned(table: Table) -> dict[str, str]:
    found = {}
    for cost, word in ((FREE, "free"), (CHEAP, "cheap"), (DEAR, "dear")):
        if cost not in table["learned"]:
            continue
        one = table["learned"][cost]
        steps = list(one["looks"])
        for at, step in (("start", steps[0]), ("end", steps[-1])):
            rows = one["looks"][step]
            for name in ("right", "thinks"):
                means = [float(np.mean(row[name])) for row in rows]
                found[f"{word}_{name}_{at}"] = percent(float(np.mean(means)))
                found[f"{word}_{name}_{at}_span"] = span(means, percent)
                for swaps in (1, 2, MOST):
                    shares = [row[name][swaps - 1] for row in rows]
                    found[f"{word}_{name}_{at}_{swaps}"] = percent(
                        float(np.mean(shares))
                    )
            written = [float(np.mean(row["places"])) for row in rows]
            found[f"{word}_places_{at}"] = decimal(float(np.mean(written)), 1)
        dead = np.asarray(one["steps"]["dead"])
        found[f"{word}_dead_start"] = percent(float(dead[:, :10].mean()))
        found[f"{word}_dead_end"] = percent(float(dead[:, -10:].mean()))
    runs = table["learned"][FREE]["steps"]["right"]
    return found | {"runs": count(len(runs)), "reward_steps": count(len(runs[0]))}


def _wrong(table: Table) -> dict[str, str]:
    found = {}
    for mix in ("cuts", "decoys"):
        rows = table[mix]["followed"]
        for name in ("chain", "truth"):
            values = np.asarray(rows[name])
            found[f"{mix}_{name}"] = percent(float(values.mean()))
            found[f"{mix}_{name}_short"] = percent(float(values[:, 0].mean()))
            found[f"{mix}_{name}_long"] = percent(float(values[:, -1].mean()))
    for mix in ("cuts", "second"):
        for name in ("wrong", "right"):
            shares = [row["right"] for row in table[mix]["waited"][name]]
            found[f"{mix}_wait_{name}"] = percent(float(np.mean(shares)))
            found[f"{mix}_wait_{name}_span"] = span(shares, percent)
    return found


def _passes(table: Table) -> dict[str, str]:
    before, after = table["passes"]["before"], table["passes"]["after"]
    return {
        "tries": count(len(before)),
        "blind_any": percent(1 - (1 - law(MOST, 0, 0)) ** len(before)),
        "one_before": percent(before[0]),
        "any_before": percent(before[-1]),
        "one_after": percent(after[0]),
        "any_after": percent(after[-1]),
    }


def _earned(table: Table, run: str, step: str, price: str | None = None) -> float:
    """Right answers less what the written places of a run cost at a price."""
    right, places = (
        float(np.mean(looked(table, run, step, what))) for what in ("right", "places")
    )
    return right - float(run if price is None else price) * places


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    grids = table["cuts"]["budgets"]["right"]
    layers = {n: np.mean(rows, axis=0) for n, rows in table["layers"].items()}
    ordered = [layers[n] for n in sorted(layers, key=int)]
    steps = list(table["learned"][FREE]["looks"])
    start, end = (looked(table, FREE, step, "right") for step in (steps[0], steps[-1]))
    cheap = looked(table, CHEAP, steps[-1], "thinks")
    free = looked(table, FREE, steps[-1], "thinks")
    longer = [np.mean(looked(table, FREE, s, "places")) for s in (steps[0], steps[-1])]
    chains = np.asarray(table["cuts"]["followed"]["chain"])
    decoys = np.asarray(table["decoys"]["followed"]["chain"])
    waited = {m: table[m]["waited"]["wrong"] for m in ("cuts", "second")}
    return {
        "with all written it is right": min(g[-1][-1] for g in grids) > 0.98,
        "at once it guesses": max(g[-1][0] for g in grids) < 0.3,
        "it does one or two swaps in its head": all(1 <= fitted(g) <= 2 for g in grids),
        "budgets follow the law": all(_far(g, fitted(g)) < FITS for g in grids),
        "more layers do more at once": all(
            (two[2:] > one[2:]).all() for one, two in itertools.pairwise(ordered)
        ),
        "but not all": ordered[-1][-1] < 0.9,
        "rewards made it right": min(end) > 0.85 > 0.6 > start[-1],
        "rewards made it think": min(free) > 0.9,
        "and longer": longer[1] > 1.5 * longer[0],
        "a price stops it where thinking gains nothing": cheap[0]
        < 0.1
        < 0.9
        < cheap[-1],
        "at a price it gains, and less than by thinking always": _earned(
            table, CHEAP, steps[0]
        )
        < _earned(table, CHEAP, steps[-1])
        < _earned(table, FREE, steps[-1], CHEAP),
        "a high price leaves it worse than before": np.mean(
            looked(table, DEAR, steps[-1], "right")
        )
        < np.mean(start),
        "answers follow a wrong chain": chains.min() > 0.97,
        "after decoys short games are answered without it": decoys[:, 0].mean() < 0.3,
        "and long ones by it": decoys[:, -1].min() > 0.95,
        "and spoils some right ones": max(
            r["right"] for r in table["cuts"]["waited"]["right"]
        )
        < 0.9,
        "an untaught wait repairs little": max(r["right"] for r in waited["cuts"])
        < 0.3,
        "a taught one repairs most": min(r["right"] for r in waited["second"]) > 0.5,
        "some try was right before": table["passes"]["before"][-1] > 0.9,
    }


def published() -> dict[str, str]:
    """What the page quotes of others.

    Example:
      >>> published()["s1_before"], published()["s1_after"], published()["o1_vote"]
      ('50 %', '57 %', '83 %')
    """
    o1, s1 = REASONING["o1"].value, REASONING["s1"].value
    zero, r1 = REASONING["zero"].value, REASONING["r1"].value
    small, hints = REASONING["distilled"].value, REASONING["hints"].value
    return {
        **{f"o1_{k}": percent(o1[k] / o1["of"]) for k in ("one", "vote", "best")},
        "s1_before": f"{s1['AIME'][0]:.0f} %",
        "s1_after": f"{s1['AIME'][1]:.0f} %",
        "s1_examples": count(s1["examples"]),
        "zero_before": f"{zero['before']:.0f} %",
        "zero_after": f"{zero['after']:.0f} %",
        "zero_vote": f"{zero['vote']:.0f} %",
        "r1": f"{r1['R1'][0]:.0f} %",
        "gpt_4o": f"{r1['GPT-4o'][0]:.0f} %",
        "o1_mini": f"{r1['o1-mini'][0]:.0f} %",
        "distilled": f"{small['one']:.0f} %",
        "distilled_vote": f"{small['vote']:.0f} %",
        "hints_claude": f"{hints['Claude 3.7 Sonnet']} %",
        "hints_r1": f"{hints['DeepSeek-R1']} %",
        "snell_times": count(REASONING["snell"].value["times"]),
        "snell_larger": count(REASONING["snell"].value["larger"]),
        "dapo_high": decimal(REASONING["dapo"].value["high"]),
    }
