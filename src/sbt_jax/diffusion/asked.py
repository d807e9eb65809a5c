"""How often denoisers are asked, and for what, in the words of chapter 21."""

from collections.abc import Mapping, Sequence
from typing import Any

from sbt_jax.numbers import decimal, percent, span

Table = Mapping[str, Any]


def _mean(rows: Sequence[Table], name: str) -> float:
    return sum(row[name] for row in rows) / len(rows)


def _each(rows: Sequence[Table], name: str) -> list[float]:
    return [row[name] for row in rows]


def solved(table: Table) -> dict[str, str]:
    """Numbers on samplers, by their names on the page.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("diffusion_solvers")`` gives it.
    """
    ways = table["ways"]
    found = {
        "asked_world": decimal(_mean(table["world"], "spread")),
        "asked_few": decimal(_mean(ways["DDIM"]["3"], "spread")),
        "asked_most": decimal(_mean(ways["DDIM"]["99"], "spread")),
        "asked_network": decimal(_mean(ways["network"]["99"], "spread")),
    }
    for way, rows in ways.items():
        found[f"asked_{way.lower()}_35"] = decimal(_mean(rows["35"], "spread"))
    return found


def solver_claims(table: Table) -> dict[str, bool]:
    """Sentences on samplers, and whether they hold.

    Args:
      table: As for :func:`solved`.
    """
    ways = table["ways"]
    world = _mean(table["world"], "spread")
    ddim, heun, network = ways["DDIM"], ways["Heun"], ways["network"]
    rising = [_mean(ddim[n], "spread") for n in sorted(ddim, key=int)]
    likely = [_mean(network[n], "density") for n in sorted(network, key=int)]
    return {
        "more guesses, more variety": rising == sorted(rising) and rising[-1] < world,
        "Heun draws no digits from three": max(_each(heun["3"], "right")) < 0.5,
        "with few it makes too much of them": min(_each(heun["17"], "spread")) > world,
        "with enough it is the nearest": min(
            abs(_mean(rows["35"], "spread") - world)
            for way, rows in ways.items()
            if way != "Heun"
        )
        > 2 * abs(_mean(heun["35"], "spread") - world),
        "more guesses make the network less likely": likely
        == sorted(likely, reverse=True),
        "parts are hit in due shares": max(_mean(w["35"], "off") for w in ways.values())
        < _mean(table["world"], "off") + 0.03,
        "each digit of DDIM is right": min(r["right"] for n in ddim for r in ddim[n])
        == 1,
    }


def told(table: Table) -> dict[str, str]:
    """Shares of points on the spiral, by target and space, as the page names them.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("diffusion_targets")`` gives it.
    """
    return {
        f"{target}_{dims}": span(_each(found["seeds"], "inside"), percent)
        for dims, targets in table.items()
        for target, found in targets.items()
    }


def target_claims(table: Table) -> dict[str, bool]:
    """Sentences on what networks say, and whether they hold.

    Args:
      table: As for :func:`told`.
    """
    inside = {
        dims: {t: _each(found["seeds"], "inside") for t, found in targets.items()}
        for dims, targets in table.items()
    }
    wide, few = inside["512"], inside["2"]
    others = ("velocity", "noise")
    return {
        "the picture is the best in every space": all(
            min(row["image"]) > max(max(row[t]) for t in others)
            for row in inside.values()
        ),
        "it loses some as the space grows": 0.5
        < max(wide["image"])
        < min(few["image"]),
        "the others draw nothing in the largest": max(max(wide[t]) for t in others)
        < 0.01,
        "and less in 16 numbers than in two": all(
            max(inside["16"][t]) < 0.5 * min(few[t]) for t in others
        ),
    }
