r"""Multiple choice: three ways to find out what a model would tick.

Public names: :mod:`sbt_jax.evaluation`.
Source: Fourrier et al. (2023), "What's going on with the Open LLM Leaderboard?",
Hugging Face: one model, one test, three scores.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks

LABELS = ("One.", "Two.", "Three.", "Four.")


def quiz_prompt(question: str, options: Sequence[str]) -> str:
    """A question with its options, each after its label.

    Raises:
      ValueError: If there are not two to four options.

    Example:
      >>> quiz_prompt("Where?", ["In Kirby.", "In Ashby."])
      'Where? One. In Kirby. Two. In Ashby.'
    """
    told = checks.words("options", options)
    if not 2 <= len(told) <= len(LABELS):
        raise ValueError(f"options must be 2 to {len(LABELS)}, got {len(told)}")
    pairs = zip(LABELS, told, strict=False)
    return " ".join(
        [checks.text("question", question), *(f"{a} {b}" for a, b in pairs)]
    )


def chosen(
    log_probs: Float[np.ndarray, "samples classes"],
    tokens: Int[np.ndarray, "samples classes"] | None = None,
) -> Int[np.ndarray, " samples"]:
    r"""The option that a model holds for likeliest, of each question.

    Args:
      log_probs: Log-probability of each option: of its label, or of its whole text.
      tokens: How many tokens each option has. If given, the mean over them is
        compared, else the sum, which favours short options.

    Raises:
      ValueError: If the shapes differ, an option has no token, or a value is NaN.

    Example:
      >>> log_p, tokens = np.array([[-4.0, -5.0]]), np.array([[2, 5]])
      >>> print(chosen(log_p), chosen(log_p, tokens))
      [0] [1]
    """
    scores = np.asarray(log_probs, float)
    if scores.ndim != 2 or not scores.size:
        shape = scores.shape
        raise ValueError(f"log_probs must be rows of options, got {shape}")
    if np.isnan(scores).any():
        raise ValueError("log_probs must not hold nan, got nan")
    if tokens is not None:
        sizes = checks.ids("tokens", tokens, low=1)
        checks.shaped("tokens", sizes, scores.shape)
        scores = scores / sizes
    return scores.argmax(-1)


def named(text: str, values: Sequence[str]) -> int | None:
    """Which option a written answer names; None if none, or more than one.

    Args:
      text: What a model wrote.
      values: The words that tell the options apart.

    Example:
      >>> named("Look what I found. In Kirby.", ["Ashby", "Kirby"])
      1
      >>> named("Nobody is told.", ["Ashby", "Kirby"]) is None
      True
    """
    words = set(checks.text("text", text).replace(".", " ").replace(",", " ").split())
    found = [i for i, v in enumerate(checks.words("values", values)) if v in words]
    return found[0] if len(found) == 1 else None
