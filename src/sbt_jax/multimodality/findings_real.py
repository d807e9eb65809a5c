"""What the published model does with vectors that are no token, for the page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent

Table = Mapping[str, Any]


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_multimodality")``, by name."""
    found = {"real_sums": count(table["sums"])}
    for who in ("real", "main"):
        for at, (cosine, right) in enumerate(
            zip(table["cosines"], table[who]["right"], strict=True)
        ):
            found[f"{who}_{at}"] = percent(right)
            found[f"cosine_{at}"] = decimal(cosine, 1)
        for name, share in table[who]["middle"].items():
            found[f"{who}_{name.replace(' ', '_')}"] = percent(share)
    return found


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on it, and whether they hold."""
    both = [table[who] for who in ("real", "main")]
    return {
        "the digit itself is read": all(one["right"][0] > 0.95 for one in both),
        "far from it both are lost": all(one["right"][-1] < 0.25 for one in both),
        "the middle is not the number between": all(
            one["middle"]["the one between"] == 0 for one in both
        ),
        "it is one of the neighbours": all(
            one["middle"]["the lower"] + one["middle"]["the higher"] > 0.8
            for one in both
        ),
    }
