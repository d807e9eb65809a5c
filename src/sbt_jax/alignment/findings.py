"""What the measurements of chapter 8 say, in the words of its page."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from sbt_jax.alignment.formulas import (
    divergence,
    kl_estimates,
    optimal_policy,
)
from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.alignment import ALIGNMENT

Table = Mapping[str, Any]
FACTS = ("town", "trade", "pet", "who")  # kinds of questions about people
LEASHES = ("strong", "middle", "weak")
LENGTHS = ("short", "middle", "long")  # the same, as readers are told
SHARES = ("few", "half", "all")  # of the texts that the rule is about


def findings(table: Table) -> dict[str, str]:
    """Every number of the page that the shipped table holds, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("alignment")`` gives it.
    """
    parts = (_tuned, _chosen, _optimum, _leashes, _preferred, _ruled)
    return {k: v for part in parts for k, v in part(table).items()} | _published()


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the shipped table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    parts = (_claims_of_tuning, _claims_of_the_optimum, _claims_of_leashes)
    return {k: v for part in parts for k, v in part(table).items()}


def _mean(values: Sequence[Number]) -> float:
    return sum(values) / len(values)


# -- Fine-tuning -------------------------------------------------------------------


def _sft(table: Table) -> Table:
    return table["assistants"]["alignment_sft"]


def _tuned(table: Table) -> dict[str, str]:
    sft, main = _sft(table), table["assistants"]["main"]
    asked = sft["on people it was asked about"]["by kind"]
    kept = sft["by kind"]
    return {
        "lessons": count(table["sft"]["lessons"]),
        "true_kept": percent(_mean([kept[k] for k in FACTS])),
        "true_asked": percent(_mean([asked[k] for k in FACTS])),
        "knows": percent(main["knows"]["kept back"]),
        "sft_knows_kept": percent(sft["knows"]["kept back"]),
        "sft_knows_asked": percent(sft["knows"]["asked"]),
        "sft_true": percent(sft["true"]),
        "sft_gold": decimal(sft["gold"]),
        "sft_nice": decimal(sft["niceties"]),
        "violations_before": percent(sft["violations"]),
        "over_before": percent(sft["over-refusals"]),
        "gold_before": decimal(sft["allowed gold"]),
    }


def _claims_of_tuning(table: Table) -> dict[str, bool]:
    knows, main = (
        table["assistants"][name]["knows"] for name in ("alignment_sft", "main")
    )
    return {
        "it holds what it was shown": knows["asked"] > 0.95,
        "it lost half of the rest": (
            0.45 < knows["kept back"] / main["kept back"] < 0.55
        ),
    }


# -- The reward model, and the best of n -------------------------------------------


def _chosen(table: Table) -> dict[str, str]:
    tries, settings = table["preferences"], table["settings"]
    best = [t["best of n"] for t in tries]
    peak = [int(np.argmax(b["gold"])) for b in best]
    return {
        "noise": percent(settings["noise"]),
        "pairs": count(settings["pairs"]),
        "pool": count(settings["pool"][0]),
        "agrees": span([t["agrees with gold"] for t in tries], percent),
        "seeds": count(len(tries)),
        "most": count(best[0]["n"][-1]),
        "bo1": span([b["gold"][0] for b in best]),
        "bo_peak": span([b["gold"][p] for b, p in zip(best, peak, strict=True)]),
        "bo_at": span([best[0]["n"][p] for p in peak], count),
        "bo_last": span([b["gold"][-1] for b in best]),
        "bo_ideal": span([b["ideal"][-1] for b in best]),
    }


# -- The optimum, where all answers are listed -------------------------------------


class _Listed(NamedTuple):
    """Runs at one strength of the leash, among answers that can all be listed."""

    goal: Float[np.ndarray, " answers"]  # the optimum
    runs: Float[np.ndarray, "samples answers"]
    gaps: Float[np.ndarray, " samples"]  # nats from each run to the optimum
    start: Float[np.ndarray, ""]  # nats from the reference to the optimum
    truth: Float[np.ndarray, " samples"]  # nats from each run to the reference
    mean: Float[np.ndarray, "rows samples"]  # of k1, k2, k3
    stray: Float[np.ndarray, "rows samples"]  # their standard deviation


def _listed(table: Table, beta: float) -> _Listed:
    exact = table["exact"]
    reference = np.array(exact["reference"])
    runs = np.array(exact["runs"][f"{beta:g}"])
    found = _measure(
        reference / reference.sum(),
        np.array(exact["rewards"]),
        runs / runs.sum(axis=1, keepdims=True),
        beta,
    )
    return _Listed(*map(np.asarray, found))


@functools.partial(jax.jit, static_argnames="beta")
def _measure(
    reference: Float[Array, " answers"],
    rewards: Float[Array, " answers"],
    runs: Float[Array, "samples answers"],
    beta: float,
) -> tuple[Array, ...]:
    goal = optimal_policy(reference, rewards, beta)
    all_goals, references = (jnp.broadcast_to(p, runs.shape) for p in (goal, reference))
    k = jnp.stack(kl_estimates(jnp.log(runs / reference)))
    mean = (runs * k).sum(-1)
    stray = jnp.sqrt((runs * (k - mean[..., None]) ** 2).sum(-1))
    gaps, truth = divergence(runs, all_goals), divergence(runs, references)
    return goal, runs, gaps, divergence(reference, goal), truth, mean, stray


def _betas(table: Table) -> tuple[float, float]:
    """The long leash and the short one."""
    low, high = sorted(map(float, table["settings"]["exact_betas"]))
    return low, high


def _optimum(table: Table) -> dict[str, str]:
    exact = table["exact"]
    said: dict[str, str] = {}
    for name, beta in zip(("loose", "tight"), _betas(table), strict=True):
        found = _listed(table, beta)
        said |= {
            f"{name}_beta": f"{beta:g}",
            f"{name}_gap": span(found.gaps.tolist(), lambda nats: decimal(nats, 3)),
            f"{name}_kl": decimal(float(found.start)),
        }
    spreads = dict(zip(("k1", "k2", "k3"), found.stray.tolist(), strict=True))
    weights = np.array(exact["reference"])
    return said | {
        "n_listed": count(len(exact["answers"])),
        "exact_start": decimal(float(np.average(exact["rewards"], weights=weights))),
        "k2_bias": f"{found.mean[1, 0] - found.truth[0]:+.3f}",
        "k1_spread": span(spreads["k1"]),
        "k3_spread": span(spreads["k3"]),
        "k3_worse": count(int((found.stray[2] > found.stray[0]).sum())),
        "k3_runs": count(len(found.runs)),
    }


def _claims_of_the_optimum(table: Table) -> dict[str, bool]:
    loose, tight = (_listed(table, beta) for beta in _betas(table))
    died = [(p[loose.goal > 0.02] < 1e-4).any() for p in loose.runs]
    worse = (tight.stray[2] > tight.stray[0]).mean()
    right = np.abs(tight.mean[[0, 2]] - tight.truth).max()
    return {
        "a run misses the optimum where a good answer died out": bool(
            ((loose.gaps > 0.1) == died).all()
        ),
        "k1 and k3 are right on average": bool(right < 1e-3),
        "k3 strays more in some runs, not in all": bool(0 < worse < 1),
    }


# -- Leashes -----------------------------------------------------------------------


def _leash(table: Table, beta: float) -> list[Table]:
    """The runs at one strength of the leash, one a seed."""
    return [t["leash"][f"{beta:g}"] for t in table["preferences"]]


def _leash_betas(table: Table) -> list[float]:
    return sorted(map(float, table["settings"]["betas"]), reverse=True)


def leash_curves(table: Table) -> dict[str, list[dict[str, Any]]]:
    """Score and gold reward of each run by its leash; of best of n, too."""
    curves = {
        f"{name} leash": [{key: run[key] for key in ("proxy", "gold")} for run in runs]
        for name, runs in zip(LENGTHS, _leashes_of(table), strict=True)
    }
    best = [t["best of n"] for t in table["preferences"]]
    return curves | {
        "best of n": [{key: b[key] for key in ("proxy", "gold")} for b in best]
    }


def leash_texts(table: Table) -> dict[str, list[list[str]]]:
    """What the seed that ends worst answers on each leash: questions with answers."""
    worst = _worst(table)
    return {
        f"{name} leash": worst["leash"][f"{beta:g}"]["texts"]
        for name, beta in zip(LENGTHS, _leash_betas(table), strict=True)
    }


def _leashes_of(table: Table) -> list[list[Table]]:
    return [_leash(table, beta) for beta in _leash_betas(table)]


def _worst(table: Table) -> Table:
    weak = f"{_leash_betas(table)[-1]:g}"
    return min(table["preferences"], key=lambda t: t["leash"][weak]["measured"]["gold"])


def _tails(table: Table) -> tuple[list[str], str]:
    """The last sentence of each answer on the longest leash, and the commonest."""
    *_, texts = leash_texts(table).values()
    tails = [text.split(". ")[-1] for _, text in texts]
    return tails, max(tails, key=tails.count)


def _leashes(table: Table) -> dict[str, str]:
    said = {"policy_steps": count(table["settings"]["policy_steps"])}
    for name, beta in zip(LEASHES, _leash_betas(table), strict=True):
        runs = _leash(table, beta)
        ends = [run["measured"] for run in runs]
        gained = [run["proxy"][-1] - run["proxy"][0] for run in runs]
        said |= {
            f"{name}_beta": f"{beta:g}",
            f"{name}_kl": span([run["kl"][-1] for run in runs]),
            f"{name}_proxy": span(gained),
            f"{name}_held": span([end["gold"] for end in ends]),
            f"{name}_true": span([end["true"] for end in ends], percent),
            f"{name}_nice": span([end["niceties"] for end in ends]),
        }
    tails, tail = _tails(table)
    return said | {
        "weak_bad": count(_below(table)),
        "hacked_tail": f"“{tail}”",
        "hacked": count(tails.count(tail)),
        "hacked_of": count(len(tails)),
    }


def _below(table: Table) -> int:
    """How many runs on the longest leash end below where fine-tuning had left them."""
    weak = _leash(table, _leash_betas(table)[-1])
    return sum(run["measured"]["gold"] < _sft(table)["gold"] for run in weak)


def _claims_of_leashes(table: Table) -> dict[str, bool]:
    betas, sft = _leash_betas(table), _sft(table)
    middle = [run["measured"] for run in _leash(table, betas[1])]
    best = [t["best of n"]["gold"] for t in table["preferences"]]
    tails, tail = _tails(table)
    scores = [_worst(table)["leash"][f"{beta:g}"]["proxy"][-1] for beta in betas]
    allowed = [
        _mean([run["allowed gold"] for run in runs])
        for runs in table["constitution"].values()
    ]
    return {
        "the middle leash gains with every seed": all(
            end["gold"] > sft["gold"] for end in middle
        ),
        "hardly more answers are true": all(
            abs(end["true"] - sft["true"]) < 0.05 for end in middle
        ),
        "one run ends below": _below(table) == 1,
        "its answers end alike": tails.count(tail) > len(tails) / 2,
        "and are scored highest": max(scores) == scores[2],
        "best of n turns down with every seed": all(
            gold[-1] < max(gold) - 0.03 for gold in best
        ),
        "a ruled model answers worse": max(allowed) < sft["allowed gold"],
    }


# -- Pairs, and rules --------------------------------------------------------------


def _preferred(table: Table) -> dict[str, str]:
    dpo = [t["dpo"] for t in table["preferences"]]
    return {
        "dpo_chosen": span([d["all pairs"][0] for d in dpo]),
        "dpo_rejected": span([d["all pairs"][1] for d in dpo]),
        "both_fell": span([d["both fell"] for d in dpo], percent),
        "dpo_gold": span([d["measured"]["gold"] for d in dpo]),
    }


def _ruled(table: Table) -> dict[str, str]:
    shipped = table["constitution"][f"{table['settings']['shipped share']:g}"]
    red = [run["asked for it"] for run in shipped]

    def rate(runs: Sequence[Table], key: str) -> str:
        return _spoken(runs, key, percent)

    said = {
        "right_red": rate(red, "right"),
        "right_green": rate([run["others"] for run in shipped], "right"),
        "broken": rate(red, "broken"),
        "broken_after": rate(red, "broken after"),
    }
    for name, share in zip(SHARES, sorted(table["settings"]["shares"]), strict=True):
        runs = table["constitution"][f"{share:g}"]
        refused = [run["refused by kind"] for run in runs]
        said |= {
            f"share_{name}": percent(share),
            f"violations_{name}": rate(runs, "violations"),
            f"over_{name}": rate(runs, "over-refusals"),
            f"gold_{name}": _spoken(runs, "allowed gold", decimal),
            f"spot_{name}": rate(refused, "spot"),
            f"pet_{name}": rate(refused, "pet"),
        }
    return said


def _spoken(runs: Sequence[Table], key: str, show: Callable[[Number], str]) -> str:
    return span([run[key] for run in runs], show)


def _published() -> dict[str, str]:
    prompts, sizes = ALIGNMENT["prompts"].value, ALIGNMENT["preferred"].value
    names = ("p_sft", "p_rm", "p_ppo")
    said = dict(zip(names, map(count, prompts), strict=True))
    said |= {"small_b": f"{sizes[0]:g}", "large_b": f"{sizes[1]:g}"}
    return said | {"principles": count(ALIGNMENT["principles"].value)}
