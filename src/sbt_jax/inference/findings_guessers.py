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
    judged = [run["exact"] for kind in KINDS for run in table[kind]]
    found["guesser_chi"] = decimal(max(one["chi2"] for one in judged), 0)
    found["guesser_degrees"] = str(judged[0]["degrees"])
    for kind in KINDS[1:]:
        found[f"{kind}_weights"] = count(table[kind][0]["weights"])
    return found


def guesser_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page on trained guessers, and whether they hold.

    Args:
      table: As for :func:`guesser_findings`.
    """
    block, heads = (kept(table, kind) for kind in KINDS[1:])
    judged = [run["exact"]["chi2"] for kind in KINDS for run in table[kind]]
    small, ours, theirs = (a_pass(table, kind) for kind in KINDS)
    return {
        "the last guess of the block is as good as its first": block[-1] > block[0],
        "each guess of the heads is worse than the one before": (
            heads == sorted(heads, reverse=True)
        ),
        "small is ahead, the block near, heads behind": small > ours > 2 * theirs,
        "what comes out is main's": max(judged) < 51.2,  # one in a thousand beyond it
    }
