"""What the timed steps of chapter 18 say, in the words of its page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.inference.findings import server_prices
from sbt_jax.inference.speculation import speedup
from sbt_jax.numbers import decimal
from sbt_jax.published.architecture import ARCHITECTURE

Table = Mapping[str, Any]
GUESSES = 4
#: A large model and one that could guess for it: their parameters.
LARGE, DRAFT = (
    ARCHITECTURE[name].value["parameters"] for name in ("Llama 3 70B", "Llama 3 8B")
)


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
