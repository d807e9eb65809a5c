"""Where the published model keeps who gives and who gets, for the page."""

from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent

Table = Mapping[str, Any]
#: Rows of the table that the page shows.
ROWS = (0, 6, 7, 8, 10)
GIVER, LAST = 0, 2


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_interpretability")``, by name."""
    found = {
        "real_stories": count(table["stories"]),
        "real_agree": decimal(table["agree"]),
    }
    for at, row in enumerate(ROWS):
        found[f"real_depth_{at}"] = str(table["depths"][row])
        found[f"real_giver_{at}"] = percent(max(0.0, table["exact"][row][GIVER]))
        found[f"real_last_{at}"] = percent(max(0.0, table["exact"][row][LAST]))
    return found


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on it, and whether they hold."""
    exact = table["exact"]
    return {
        "it names who gets it, both ways": all(
            clean > 0 > other for clean, other in table["margins"]
        ),
        "first it stands on the name": exact[0][GIVER] > 0.9 > 0.1 > exact[0][LAST],
        "at last on the last word": exact[-1][LAST] > 0.9 > 0.1 > exact[-1][GIVER],
    }
