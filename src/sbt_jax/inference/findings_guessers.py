"""What the guessers that were trained onto *main* say, in the words of the page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent

Table = Mapping[str, Any]
KINDS = ("small", "block", "heads")


def kept(table: Table, kind: str) -> list[float]:
    """How often the first guess of a kind is kept, the second, …: mean over seeds."""
    runs = [run["by depth"] for run in table[kind]]
    return [sum(column) / len(column) for column in zip(*runs, strict=True)]


def a_pass(table: Table, kind: str) -> float:
    """Tokens for each pass of the large model, over the texts of all seeds."""
    written = [run["written"] for run in table[kind]]
    return sum(w["tokens"] for w in written) / sum(w["passes"] for w in written)


def guesser_findings(table: Table) -> dict[str, str]:
    """Numbers of the page on trained guessers, by their name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("inference_guessers")`` gives it.
    """
    found = {
        "guesser_steps": count(table["steps"]),
        "guesser_seeds": count(len(table["block"])),
    }
    for kind in KINDS:
        found[f"{kind}_pass"] = decimal(a_pass(table, kind))
        for i, share in enumerate(kept(table, kind), 1):
            found[f"{kind}_kept_{i}"] = percent(share)
    for kind in KINDS[1:]:
        found[f"{kind}_weights"] = count(table[kind][0]["weights"])
    return found
