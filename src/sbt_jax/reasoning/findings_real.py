"""What the published model does with sums, at once and in steps, for the page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, percent

Table = Mapping[str, Any]


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_reasoning")``, by name."""
    found = {
        "real_sums": count(table["sums"]),
        "real_follows": percent(table["slip"]["follows"]),
        "real_slip_right": percent(table["slip"]["right"]),
        "real_slip_numbers": count(table["slip"]["count"]),
    }
    for at, numbers in enumerate(table["counts"]):
        found[f"real_once_{numbers}"] = percent(table["once"][at]["right"])
        found[f"real_steps_{numbers}"] = percent(table["steps"][at]["right"])
    for budget, share in zip(table["budgets"], table["cut"], strict=True):
        found[f"real_cut_{budget}"] = percent(share)
    return found


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on it, and whether they hold."""
    once, steps = ([row["right"] for row in table[way]] for way in ("once", "steps"))
    return {
        "steps help with three": steps[1] > once[1] + 0.1,
        "and not with more": all(
            two <= one + 0.1 for one, two in zip(once[2:], steps[2:], strict=True)
        ),
        "cut before the last step it is lost": table["cut"][-1] < 0.2,
        "it follows a wrong step": table["slip"]["follows"] > 0.8,
    }
