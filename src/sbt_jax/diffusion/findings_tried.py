"""What few pictures and larger networks say, in the words of chapter 21's page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.diffusion.findings import MIDDLE
from sbt_jax.numbers import count, decimal, percent, span

Table = Mapping[str, Any]


def copied(memory: Table, seen: str) -> list[float]:
    """The share of copies at each mark, a mean over seeds."""
    marks = memory[seen]["marks"].values()
    return [sum(row["copied"] for row in rows) / len(rows) for rows in marks]


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
        *_, last = runs["marks"].values()
        for mark, share in zip(runs["marks"], copied(memory, seen), strict=True):
            found[f"copied_{seen}_{mark}"] = percent(share)
        found[f"far_{seen}"] = span([row["far"] for row in last])
        found[f"unseen_{seen}"] = decimal(runs["unseen"]["far"])
    work = {name: decimal(n / 1e6, 1) for name, n in larger["work"].items()}
    return found | {
        "unet_work": work["unet"],
        "dit_work": work["dit"],
        "larger_work": work["larger"],
        "larger_weights": count(larger["parameters"]),
        "larger_above": span(above(larger), lambda x: decimal(x, 3)),
    }


def tried_claims(memory: Table, larger: Table, table: Table) -> dict[str, bool]:
    """The sentences of the page on them, and whether they hold.

    Args:
      memory: As for :func:`tried`.
      larger: As for :func:`tried`.
      table: As ``sbt_jax.checkpoints.read_table("diffusion")`` gives it.
    """
    few, many = memory["100"], memory["1000"]
    unet, dit = (
        [row["above"][MIDDLE] for row in table["networks"][kind]["seeds"]]
        for kind in ("unet", "dit")
    )

    def ends(runs: Table) -> list[float]:
        *_, last = runs["marks"].values()
        return [row["far"] for row in last]

    return {
        "no copy": max(copied(memory, "100") + copied(memory, "1000")) == 0,
        "yet nearer than unseen digits": max(ends(few)) < few["unseen"]["far"] - 0.05,
    }
