"""What the timed steps and the trained guessers of chapter 18 say, in its words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.inference.findings import server_prices
from sbt_jax.inference.speculation import speedup
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.architecture import ARCHITECTURE

Table = Mapping[str, Any]
GUESSES = 4
#: A large model and one that could guess for it: their parameters.
LARGE, DRAFT = (
    ARCHITECTURE[name].value["parameters"] for name in ("Llama 3 70B", "Llama 3 8B")
)
KINDS = ("small", "heads", "block")


def guess_costs(steps: Table) -> tuple[float, list[float]]:
    """What a guess of *small* costs, and a check of one guess, two, …: in steps.

    Args:
      steps: As ``sbt_jax.checkpoints.read_table("inference_steps")`` gives it.
    """
    checks = steps["checks"]
    many = sorted(int(tokens) for tokens in checks if tokens != "1")
    return steps["small"] / checks["1"], [checks[str(n)] / checks["1"] for n in many]


def _gain(steps: Table) -> tuple[int, float, float]:
    """Texts at once, and how many times the tokens of one they get: here, on a chip."""
    most, context = steps["batches"][-1], steps["contexts"].index(128)
    here = most * steps["write"][0][context] / steps["write"][-1][context]
    prices = server_prices()
    there = most * prices.step([], [], [128]) / prices.step([], [], [128] * most)
    return most, here, there


def step_findings(steps: Table, kept: float) -> dict[str, str]:
    """Numbers of the page that the timed steps hold.

    Args:
      steps: As ``sbt_jax.checkpoints.read_table("inference_steps")`` gives it.
      kept: How often a guess of *small* is kept.
    """
    most, here, there = _gain(steps)
    context = steps["contexts"].index(128)
    guess, checks = guess_costs(steps)
    return {
        "many_texts": str(most),
        "many_here": decimal(here, 1),
        "many_there": decimal(there, 1),
        "write_one": decimal(steps["write"][0][context]),
        "write_many": decimal(steps["write"][-1][context]),
        "read_most": str(steps["pieces"][-1]),
        "read_ms": decimal(steps["read"][-1], 1),
        "read_few": str(steps["pieces"][3]),
        "read_few_ms": decimal(steps["read"][3], 1),
        "step_repeats": str(steps["repeats"]),
        "step_processor": steps["machine"]["processor"] or "a processor",
        "step_cores": str(steps["machine"]["cores"]),
        "guess_here": decimal(guess),
        "check_here": decimal(checks[GUESSES - 1]),
        "guess_chip": decimal(DRAFT / LARGE),
        "gain_here": decimal(speedup(kept, GUESSES, guess, checks[GUESSES - 1])),
    }


def step_claims(steps: Table) -> dict[str, object]:
    """What the page's sentences on timed steps rest on."""
    _, here, there = _gain(steps)
    return {
        "batching gains less here": 1 < here < 0.8 * there,
        "a longer piece costs more": steps["read"][-1] > 2 * steps["read"][3],
    }


def _tokens(runs: Sequence[Table]) -> list[float]:
    return [run["written"]["tokens"] / run["written"]["passes"] for run in runs]


def guesser_findings(guessers: Table) -> dict[str, str]:
    """Numbers of the fold on trained guessers.

    Args:
      guessers: As ``read_table("inference_guessers")`` gives it.
    """
    found = {"guesser_steps": count(guessers["steps"])}
    for name in KINDS:
        runs = guessers[name]
        for i in range(guessers["guesses"]):
            found[f"{name}_kept_{i + 1}"] = span(
                [run["by depth"][i] for run in runs], percent
            )
        found[f"{name}_pass"] = span(_tokens(runs))
        found[f"{name}_chi"] = span([run["exact"]["chi2"] for run in runs], count)
        found[f"{name}_degrees"] = str(runs[0]["exact"]["degrees"])
    for name in ("heads", "block"):
        found[f"{name}_weights"] = decimal(guessers[name][0]["weights"] / 1e6)
    return found


def guesser_claims(guessers: Table) -> dict[str, object]:
    """What the fold on trained guessers rests on."""
    kept = {name: [run["by depth"] for run in guessers[name]] for name in KINDS}
    return {
        "heads lose sight": all(run[-1] < run[0] - 0.1 for run in kept["heads"]),
        "the block keeps more than heads": all(
            block[-1] > heads[-1]
            for block, heads in zip(kept["block"], kept["heads"], strict=True)
        ),
        "a pass gives more with a block than with heads": min(
            _tokens(guessers["block"])
        )
        > max(_tokens(guessers["heads"])),
    }
