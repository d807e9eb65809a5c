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
        "real_last": count(table["counts"][-1]),
    }
    for at, numbers in enumerate(table["counts"]):
        found[f"real_once_{numbers}"] = percent(table["once"][at]["right"])
        found[f"real_steps_{numbers}"] = percent(table["steps"][at]["right"])
    for budget, share in zip(table["budgets"], table["cut"], strict=True):
        found[f"real_cut_{budget}"] = percent(share)
    return found
