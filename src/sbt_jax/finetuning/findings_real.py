"""What the published model says of chapter 14, in the words of its page."""

import textwrap
from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, decimal, percent

Table = Mapping[str, Any]
SHOWN = 120  # characters of what it writes


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_finetuning")``, by its names there."""
    log = table["logbook"]
    found = {
        "real_plain": decimal(table["plain"]),
        "real_rank": count(log["rank"]),
        "real_texts": count(log["texts"]),
        "real_share": percent(log["numbers"] / log["weights"], 1),
    }
    for when in ("before", "after"):
        found |= {
            f"real_{when}": short(log[when]["writes"]),
            f"real_new_{when}": decimal(log[when]["logbook"]),
            f"real_old_{when}": decimal(log[when]["plain"]),
        }
    for row in table["formats"]:
        name = row["name"].lower()
        found[f"real_{name}_error"] = percent(row["error"], 1)
        found[f"real_{name}_loss"] = decimal(row["loss"])
    return found


def short(text: str) -> str:
    """The beginning of a text, on one line.

    Example:
      >>> short("  windy,\\n harbour.")
      'windy, harbour.'
    """
    return textwrap.shorten(text, SHOWN, placeholder=" …")


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    log = table["logbook"]
    loss = {row["name"]: row["loss"] for row in table["formats"]}
    return {
        "it learns the logbook": log["after"]["logbook"]
        < 0.7 * log["before"]["logbook"],
        "it forgets plain English": log["after"]["plain"]
        > log["before"]["plain"] + 0.5,
        "NF4 costs least": min(loss, key=lambda name: loss[name]) == "NF4",
    }
