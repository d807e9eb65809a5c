"""What the published model showed for chapter 16, in the words of its page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.evaluation.errors import standard_error
from sbt_jax.numbers import count, decimal

WAYS = ("label", "sum", "per token", "written")


def marks(table: Mapping[str, Any], way: str) -> list[int]:
    """0 or 1 for each question, scored in one way.

    Args:
      table: As ``read_table("real_evaluation")`` gives it.
      way: One of ``WAYS``.

    Raises:
      ValueError: If there is no such way.

    Example:
      >>> marks({"answer": {"sum": [1, 0]}}, "sum")
      [1, 0]
    """
    if way not in WAYS:
        raise ValueError(f"way must be one of {WAYS}, got {way!r}")
    if way in ("sum", "per token"):
        return table["answer"][way]
    return table[way]["right"]


def real_findings(table: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of the section on the real model.

    Args:
      table: As for :func:`marks`.
    """
    many = table["questions"]
    found = {"real_questions": count(many)}
    for way in WAYS:
        name = way.replace(" ", "_")
        found[f"real_{name}"] = f"{sum(marks(table, way))} of {many}"
    errors = [standard_error(marks(table, way)) for way in WAYS]
    found["real_error"] = decimal(many * float(np.max(errors)), 1)
    found["real_wild"] = (
        next(
            text for text in table["written"]["texts"] if "planet we live on" in text
        ).split(". ")[0]
        + "."
    )
    picked = np.bincount(table["label"]["picked"], minlength=4)
    found["real_letter"] = "ABCD"[int(picked.argmax())]
    found["real_letter_n"] = f"{int(picked.max())} of {many}"
    return found
