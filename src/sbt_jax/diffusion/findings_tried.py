"""What few pictures and larger networks say, in the words of chapter 21's page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.diffusion.findings import MIDDLE
from sbt_jax.numbers import count, decimal, span

Table = Mapping[str, Any]


def by_mark(memory: Table, seen: str) -> dict[int, list[Table]]:
    """What was drawn after so many steps, by their number, a row a seed."""
    marks = memory[seen]["marks"]
    return {mark: marks[str(mark)] for mark in sorted(map(int, marks))}


def copied(memory: Table, seen: str) -> dict[int, float]:
    """The share of copies by the number of steps, a mean over seeds."""
    return {
        mark: sum(row["copied"] for row in rows) / len(rows)
        for mark, rows in by_mark(memory, seen).items()
    }


def far(memory: Table, seen: str) -> list[float]:
    """How far from the nearest what is drawn in the end is, one a seed."""
    *_, last = by_mark(memory, seen).values()
    return [row["far"] for row in last]


def above(larger: Table) -> list[float]:
    """How far above the best guess the larger network is at middle times, by seed."""
    return [row["above"][MIDDLE] for row in larger["seeds"]]


def tried(memory: Table, larger: Table) -> dict[str, str]:
    """Numbers of the page on few pictures and on other sizes, by their name there.

    Args:
      memory: As ``sbt_jax.checkpoints.read_table("diffusion_memory")`` gives it.
      larger: The same of ``diffusion_larger``.
    """
    found = {}
    for seen, runs in memory.items():
        for mark, rows in by_mark(memory, seen).items():
            found[f"far_{seen}_{mark}"] = span([row["far"] for row in rows])
        found[f"unseen_{seen}"] = decimal(runs["unseen"]["far"])
    found["few_seeds"] = count(len(far(memory, "100")))
    found["few_drawn"] = count(memory["100"]["drawn"])
    work = {name: decimal(n / 1e6, 1) for name, n in larger["work"].items()}
    return found | {
        "unet_work": work["unet"],
        "dit_work": work["dit"],
        "larger_work": work["larger"],
        "larger_weights": count(larger["parameters"]),
        "larger_times": decimal(larger["parameters"] / larger["weights"], 0),
        "larger_above": span(above(larger), lambda x: decimal(x, 3)),
    }


def tried_claims(memory: Table, larger: Table, table: Table) -> dict[str, bool]:
    """The sentences of the page on them, and whether they hold.

    Args:
      memory: As for :func:`tried`.
      larger: As for :func:`tried`.
      table: As ``sbt_jax.checkpoints.read_table("diffusion")`` gives it.
    """
    unet, dit = (
        [row["above"][MIDDLE] for row in table["networks"][kind]["seeds"]]
        for kind in ("unet", "dit")
    )
    shares = [*copied(memory, "100").values(), *copied(memory, "1000").values()]
    unseen = {seen: runs["unseen"]["far"] for seen, runs in memory.items()}
    return {
        "no copy": max(shares) == 0,
        "a hundred are kept a little": max(far(memory, "100")) < unseen["100"] - 0.05,
        "a thousand are not": min(far(memory, "1000")) > unseen["1000"] + 0.05,
        "with equal work both are nearly even": (
            max(unet) < min(above(larger)) and sum(above(larger)) < 1.1 * sum(unet)
        ),
        "with equal weights they are not": min(dit) > 1.3 * max(unet),
    }
