"""What the measurements of chapter 6 say, in the words of its page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from sbt_jax import world
from sbt_jax.numbers import Number, count, decimal, percent, span, spread
from sbt_jax.published.training import TRAINING
from sbt_jax.training.optimizers import best_momentum

Table = Mapping[str, Any]
Floats = Sequence[float] | Float[np.ndarray, " _"]
TOWNS = 12  # and as many trades and pets: a guess is right once in twelve
DIVERGED = 9.0  # nats, in the place of a loss that is no number


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("training")`` gives it.
    """
    parts = (_rates, _edge, _sizes, _facts)
    return {k: v for part in parts for k, v in part(table).items()} | _published()


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the shipped table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    parts = (_claims_of_rates, _claims_of_edge, _claims_of_few, _claims_of_facts)
    found = {k: v for part in parts for k, v in part(table).items()}
    return found | _claims_of_cost()


def by_number(rows: Mapping[str, Any], reverse: bool = False) -> dict[str, Any]:
    """Rows of a table whose names are numbers, in their order.

    Example:
      >>> by_number({"10": "b", "7": "a"})
      {'7': 'a', '10': 'b'}
    """
    return {name: rows[name] for name in sorted(rows, key=float, reverse=reverse)}


def _mean(values: Sequence[Number]) -> float:
    return sum(values) / len(values)


def _short(value: Number) -> str:
    return decimal(value, 1)


# -- Learning rates ----------------------------------------------------------------


def _ends(table: Table, width: str) -> Float[np.ndarray, "rows cols"]:
    """A row for each seed, a column for each rate."""
    found = table["rates"][width]["end"]
    return np.array([[DIVERGED if x is None else x for x in seed] for seed in found])


def _best_rate(table: Table, width: str) -> float:
    at = int(_ends(table, width).mean(0).argmin())
    return float(table["settings"]["rates"][at])


def _good(table: Table) -> list[int]:
    """Which rates are within 0.15 nats of the best at width 64."""
    mean = _ends(table, "64").mean(0)
    return np.flatnonzero(mean < mean.min() + 0.15).tolist()


def _rates(table: Table) -> dict[str, str]:
    settings, ends = table["settings"], _ends(table, "64")
    low, high = _good(table)[0], _good(table)[-1]
    said = {
        "n_rates": count(len(settings["rates"])),
        "rate_steps": count(settings["rate_steps"]),
        "good_low": f"{settings['rates'][low]:.2g}",
        "good_high": f"{settings['rates'][high]:.2g}",
        "worst_high": _short(float(ends[:, -1].mean())),
    }
    for width in table["rates"]:
        said[f"best_{width}"] = f"{_best_rate(table, width):.2g}"
    return said


def _claims_of_rates(table: Table) -> dict[str, bool]:
    good = _good(table)
    best = [_best_rate(table, width) for width in ("16", "32", "64")]
    return {
        "all rates between are good": good == list(range(good[0], good[-1] + 1)),
        "at the highest rate little is learned": bool(
            _ends(table, "64")[:, -1].mean() > 5
        ),
        "wider models want smaller steps": best == sorted(best, reverse=True),
    }


# -- The edge of stability ---------------------------------------------------------


def _halves(table: Table, limit: str) -> list[float]:
    """The mean sharpness of each run in its second half."""
    runs = table["edge"][limit]["sharpness"]
    return [_mean(run[len(run) // 2 :]) for run in runs]


def _begin(table: Table) -> list[float]:
    return [run[0] for run in table["edge"]["5"]["sharpness"]]


def _edge(table: Table) -> dict[str, str]:
    said = {"edge_start": span(_begin(table), _short)}
    for limit in ("10", "7", "5", "2"):
        said[f"edge_{limit}"] = spread(_halves(table, limit))
    for limit in ("10", "5"):
        runs = table["edge"][limit]["sharpness"]
        over = [max(run) / float(limit) - 1 for run in runs]
        said[f"over_{limit}"] = span(over, percent)
    return said


def _claims_of_edge(table: Table) -> dict[str, bool]:
    return {
        "it hovers at the limit": all(
            abs(bend / float(limit) - 1) < 0.05
            for limit in ("10", "7", "5", "2")
            for bend in _halves(table, limit)
        ),
        "it begins above 2": min(_begin(table)) > 2,
        "at 0.5 all runs diverge": all(
            run[-1] is None for run in table["edge"]["0.5"]["loss"]
        ),
    }


# -- Few stories -------------------------------------------------------------------


def _last(table: Table, stories: str, what: str) -> list[float]:
    return [run[what][-1] for run in table["overfit"][stories]]


def _lowest(table: Table) -> list[float]:
    return [min(run["held_out"]) for run in table["overfit"]["100"]]


def _claims_of_few(table: Table) -> dict[str, bool]:
    read, new = (
        {n: _last(table, n, what) for n in ("100", "1000", "10000")}
        for what in ("train", "held_out")
    )
    return {
        "of ten thousand none is read twice": max(
            run["passes"] for run in table["overfit"]["10000"]
        )
        < 1,
        "with 1,000 the two part": all(
            b > a + 0.05 for a, b in zip(read["1000"], new["1000"], strict=True)
        ),
        "with 10,000 they stay together": all(
            abs(a - b) < 0.05 for a, b in zip(read["10000"], new["10000"], strict=True)
        ),
        "with 100 new stories get worse": min(new["100"]) > max(_lowest(table)) + 0.1,
        "what is read costs less than the entropy": (
            max(read["100"]) < min(table["floor"]["per_token"], min(new["100"]) / 2)
        ),
    }


# -- Sizes, and facts --------------------------------------------------------------


def told_facts() -> int:
    """How many facts stories may tell: a town, a trade and a pet of each person.

    Example:
      >>> told_facts() % 3
      0
    """
    return 3 * (len(world.people()) - len(world.held_out()))


def _sizes(table: Table) -> dict[str, str]:
    settings = table["settings"]
    gaps = {
        w: _mean([run["gap"] for run in runs]) for w, runs in table["sizes"].items()
    }
    tokens = settings["steps"] * settings["batch"] * 256
    return {
        "size_tokens": _short(tokens / 1e6),
    } | {f"size_gap_{width}": decimal(gap) for width, gap in gaps.items()}


def _known(table: Table, width: str, times: int) -> float:
    """The share of facts that is known, of those told rarely (1) or often (3)."""
    return _mean([run[times] for run in table["facts"][width]["by_times"]])


def _missed_rare(table: Table) -> float:
    """Of what the largest model misses, the share that was told rarely."""
    facts = table["facts"]["64"]
    missed = [
        [n * (1 - (right or 0)) for n, right in zip(facts["in_bins"], run, strict=True)]
        for run in facts["by_times"]
    ]
    return sum(run[1] for run in missed) / sum(map(sum, missed))


def _bits(table: Table, width: str) -> float:
    """Bits a parameter, beyond what is right by luck."""
    facts, n = table["facts"][width], told_facts()
    beyond = (_mean(facts["held"]) - n / TOWNS) / (1 - 1 / TOWNS)
    return beyond * math.log2(TOWNS) / facts["parameters"]


def _facts(table: Table) -> dict[str, str]:
    said = {
        "n_facts": count(told_facts()),
        "missed_rare": percent(_missed_rare(table)),
        "rare_8": percent(_known(table, "8", 1)),
        "common_8": percent(_known(table, "8", 3)),
        "chance": percent(1 / TOWNS),
        "bits_4": _short(_bits(table, "4")),
        "bits_8": _short(_bits(table, "8")),
    }
    for width, facts in table["facts"].items():
        said[f"held_{width}"] = spread(facts["held"], lambda n: decimal(n, 0))
        said[f"facts_n_{width}"] = count(facts["parameters"])
    return said


def _claims_of_facts(table: Table) -> dict[str, bool]:
    widths = sorted(table["facts"], key=int)
    held = [_mean(table["facts"][width]["held"]) for width in widths]
    people = world.people().values()
    return {
        "twelve towns, trades and pets": all(
            len({facts[k] for facts in people}) == TOWNS
            for k in ("town", "trade", "pet")
        ),
        "more room holds more": held == sorted(held),
        "at the other end it buys nothing": (
            held[-1] < 1.02 * held[-2] < 0.99 * told_facts()
        ),
        "rare facts are missing": (_known(table, "8", 3) > _known(table, "8", 1) + 0.3),
        "most of what is missed is rare": _missed_rare(table) > 0.8,
        "runs of one size end about equally low": all(
            max(gaps) - min(gaps) < 0.3 * _mean(gaps)
            for gaps in ([run["gap"] for run in r] for r in table["sizes"].values())
        ),
    }


# -- What it costs -----------------------------------------------------------------


def pace() -> float:
    """FLOPs a second of each chip that trained Llama 3.1 405B.

    Example:
      >>> f"{pace():.1e}"
      '3.4e+14'
    """
    llama = TRAINING["Llama 3.1 405B"].value
    return llama["flops"] / (3600 * llama["hours"])


def _published() -> dict[str, str]:
    llama, deep = (TRAINING[name].value for name in ("Llama 3.1 405B", "DeepSeek-V3"))
    return {
        "published_bits": count(TRAINING["bits_a_parameter"].value),
        "llama_hours": _short(llama["hours"] / 1e6),
        "llama_days": count(llama["hours"] / llama["chips"] / 24),
        "llama_chips": count(llama["chips"]),
        "llama_years": count(llama["hours"] / 24 / 365),
        "pace": count(pace() / 1e12),
        "deep_hours": _short(deep["hours"] / 1e6),
    }


def _claims_of_cost() -> dict[str, bool]:
    llama, deep = (TRAINING[name].value for name in ("Llama 3.1 405B", "DeepSeek-V3"))
    formula = 6 * llama["parameters"] * llama["tokens"]
    return {
        "Llama's agrees in both digits": f"{formula:.1e}" == f"{llama['flops']:.1e}",
        "DeepSeek published none": "flops" not in deep,
    }


# -- Two weights -------------------------------------------------------------------


def of_valley(bends: Floats) -> dict[str, str]:
    """What the landscape says, and the bowl that bends a hundred times as much one way.

    Args:
      bends: The curvatures at the lowest point, the largest last.

    Example:
      >>> of_valley([0.5, 2.0])["allowed"]
      '1.000'
    """
    steps = {"plain": 99 / 101, "momentum": best_momentum(1.0, 100.0)[2]}
    steepest = float(bends[-1])
    return {
        "steepest": decimal(steepest),
        "allowed": decimal(2 / steepest, 3),
    } | {f"steps_{k}": count(math.log(10) / -math.log(s)) for k, s in steps.items()}


# -- A model is born ---------------------------------------------------------------


def of_birth(
    marks: Sequence[int],
    skills: Mapping[str, Sequence[float]],
    gaps: Sequence[float],
    parameters: int,
    tokens: int,
) -> dict[str, str]:
    """What the live training says.

    Args:
      marks: Numbers of updates.
      skills: What a word of each skill costs too much at each mark, in nats.
      gaps: How far a word is above the entropy at each mark, in nats.
      parameters: Of the model.
      tokens: That it read.

    Example:
      >>> costs = {"grammar": [5.0, 0.2], "facts": [5.0, 1.0]}
      >>> costs |= {"who has what": [5.0, 0.1], "sums": [5.0, 2.0]}
      >>> said = of_birth([0, 64], costs, [6.0, 0.12], 10, 2_000_000)
      >>> said["grammar_at"], said["below_facts"], said["tokens"]
      ('64', 'from update 64 on', '2.0')
    """
    others = sorted(skills, key=lambda s: -skills[s][-1])
    work = TRAINING["Llama 3.1 405B"].value["flops"] / (6 * parameters * tokens)
    at, left = _tenth(skills["grammar"])
    return {
        "n_steps": count(marks[-1]),
        "n_weights": count(parameters),
        "gap": decimal(gaps[-1]),
        "tokens": _short(tokens / 1e6),
        "ratio": decimal(work / 1e12, 0),
        "grammar_at": count(marks[at]),
        "grammar_left": percent(left),
        "below_who": _below(marks, skills["who has what"], math.log(2)),
        "below_facts": _below(marks, skills["facts"], math.log(TOWNS)),
        "ends": ", ".join(f"{s} {decimal(skills[s][-1])}" for s in others),
    }


def claims_of_birth(
    marks: Sequence[int],
    skills: Mapping[str, Sequence[float]],
    gaps: Sequence[float],
    said: Sequence[Mapping[str, float]],
) -> dict[str, bool]:
    """The sentences about the live training, and whether they hold.

    Args:
      marks: As for :func:`of_birth`.
      skills: As for :func:`of_birth`.
      gaps: As for :func:`of_birth`.
      said: At each mark, the probability of the words that may come where a story of
        Anna and Tom asks for Tom.
    """
    last = {skill: costs[-1] for skill, costs in skills.items()}
    tom, both = (
        [p[" Tom"] for p in said],
        [p[" Tom"] + p.get(" Anna", 0) for p in said],
    )
    undecided = [pair > 0.7 and one < 0.5 for one, pair in zip(tom, both, strict=True)]
    first = undecided.index(True) if any(undecided) else 0
    falls = [
        next(i for i, cost in enumerate(costs) if cost < 0.1 * costs[0])
        for costs in skills.values()
        if costs[-1] < 0.1 * costs[0]
    ]
    return {
        "in the end grammar costs least": min(last, key=last.__getitem__) == "grammar",
        "facts and sums cost most": set(sorted(last, key=last.__getitem__)[-2:])
        == {"facts", "sums"},
        "grammar comes first": _tenth(skills["grammar"])[0] == min(falls),
        "it ends near the entropy": gaps[-1] <= 0.15,
        "first people who are not there": first > 0 and both[first - 1] < 0.5,
        "half way it cannot tell which of two": any(undecided),
        "in the end it says Tom": tom[-1] > 0.5,
        "that lies in the last of the curve": gaps[first] < 0.2 * gaps[0],
    }


def _tenth(costs: Sequence[float]) -> tuple[int, float]:
    """The first mark at which a skill costs less than a tenth, and the share left.

    Raises:
      ValueError: If there is none.
    """
    shares = [cost / costs[0] for cost in costs]
    for at, share in enumerate(shares):
        if share < 0.1:
            return at, share
    raise ValueError(f"costs must fall to a tenth, got {costs}")


def _below(marks: Sequence[int], costs: Sequence[float], guess: float) -> str:
    """The first mark from which on a skill costs less than a guess.

    Raises:
      ValueError: If there is none.
    """
    above = [i for i, cost in enumerate(costs) if cost >= guess]
    first = above[-1] + 1 if above else 0
    if first == len(marks):
        raise ValueError(f"costs must end below {guess:.2f}, got {costs[-1]}")
    return f"from update {count(marks[first])} on"


# -- A published model -------------------------------------------------------------


def of_real(table: Table) -> dict[str, str]:
    """What SmolLM2 found hard.

    Args:
      table: As ``read_table("real_training")`` gives it.
    """
    read, sums = table["reference"], table["sums"].values()
    ranks, places = read["by_rank"], read["by_position"]
    facts = {row["prompt"]: row["said"].strip() for row in table["facts"]["rows"]}
    (two,) = (
        row["said"] for one in sums for row in one["rows"] if row["prompt"] == "2 + 2 ="
    )
    pairs = {
        "grammar": (table["grammar"]["right"], table["grammar"]["asked"]),
        "facts": (table["facts"]["right"], table["facts"]["asked"]),
        "sums": (sum(s["right"] for s in sums), sum(s["asked"] for s in sums)),
    }
    return {
        f"real_{k}": f"{right} of {asked}" for k, (right, asked) in pairs.items()
    } | {
        "real_common": _short(ranks[0]["nats"]),
        "real_rare": _short(ranks[-1]["nats"]),
        "real_early": _short(places[1]["nats"]),
        "real_late": _short(places[-1]["nats"]),
        "real_wrong": facts["The capital of Australia is"],
        "real_two": two,
        "real_tokens": count(read["tokens"]),
    }


def claims_of_real(table: Table) -> dict[str, bool]:
    """The sentences about SmolLM2, and whether they hold.

    Args:
      table: As for :func:`of_real`.
    """
    nats = [row["nats"] for row in table["reference"]["by_rank"]]
    facts = table["facts"]
    return {
        "grammar is safe": table["grammar"]["right"] == table["grammar"]["asked"],
        "facts mostly": 0.5 < facts["right"] / facts["asked"] < 1,
        "the sums all fail": not any(s["right"] for s in table["sums"].values()),
        "the rarer, the dearer": nats == sorted(nats),
    }
