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
