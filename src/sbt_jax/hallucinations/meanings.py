r"""Several answers to one question: do they say the same thing?

Public names: :mod:`sbt_jax.hallucinations`.
Source: Farquhar et al. (2024), Nature 630, 625, "Semantic entropy"; here a program
knows which answers mean the same.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import checks


def answer_entropy(answers: Any) -> float:
    r"""Entropy of how often each answer came, in nats.

    Of texts it is the *naive* entropy, in which another wording counts as another
    answer; of their meanings the *semantic* one.

    .. math:: -\sum_m \frac{n_m}{n} \ln \frac{n_m}{n}

    Args:
      answers: What was drawn: texts, or what each means.

    Raises:
      TypeError: If ``answers`` is one string.
      ValueError: If there is none.

    Example:
      >>> answer_entropy(["Kirby", "Kirby", "Kirby"])
      0.0
      >>> round(answer_entropy(["Kirby", "Ashby"]), 3)
      0.693
    """
    if isinstance(answers, str | bytes):
        raise TypeError(f"answers must be a list of them, got {answers!r}")
    if not len(answers):
        raise ValueError(f"answers must not be empty, got {answers!r}")
    share = np.array(list(Counter(answers).values())) / len(answers)
    return float(abs((share * np.log(share)).sum()))


def meaning(text: str, names: Sequence[str]) -> str:
    """Which of some names a text says; nothing if it says none or several.

    Example:
      >>> meaning("Look what I found. In Kirby.", ["Ashby", "Kirby"])
      'Kirby'
      >>> meaning("Nobody told me.", ["Ashby", "Kirby"])
      ''
    """
    checks.text("text", text)
    said = [name for name in checks.words("names", names) if name in text]
    return said[0] if len(said) == 1 else ""
