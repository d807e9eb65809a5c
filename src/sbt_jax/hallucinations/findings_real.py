"""What the published model says of chapter 13, in the words of its page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sbt_jax.numbers import count, percent

Table = Mapping[str, Any]
GROUPS = ("known", "rare", "invented")
SHOWN = 90  # characters of each text


def real_findings(table: Table) -> dict[str, str]:
    """Numbers and texts of ``read_table("real_hallucinations")``."""
    found = {}
    for group in GROUPS:
        rows, said = table["rows"][group], table["said"][group]
        found[f"{group}_sure"] = percent(np.mean([row["sure"] for row in rows]))
        found[f"{group}_right"] = percent(np.mean([row["right"] for row in rows]))
        found[f"{group}_said_right"] = percent(np.mean([row["right"] for row in said]))
        found[f"{group}_doubts"] = f"{count(_doubts(said))} of {count(len(said))}"
        found[f"{group}_text"] = shortened(said[0]["said"])
    sure = table["rows"]["invented"]
    top = max(sure, key=lambda row: row["sure"])
    return found | {
        "surest_name": top["country"],
        "surest_capital": top["capital"],
        "surest": percent(top["sure"]),
        "real_options": count(table["options"]),
    }


def _doubts(said: Any) -> int:
    return sum(row["doubts"] for row in said)


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    sure = {g: np.mean([row["sure"] for row in table["rows"][g]]) for g in GROUPS}
    right = {g: np.mean([row["right"] for row in table["rows"][g]]) for g in GROUPS}
    said = {g: table["said"][g] for g in GROUPS}
    found = {
        "it knows the known": right["known"] > 0.8,
        "and the rare less": right["rare"] < right["known"],
        "it is least sure of the invented": sure["invented"] == min(sure.values()),
        "what it picks it cannot say": (
            np.mean([row["right"] for row in said["rare"]]) < right["rare"] / 2
        ),
        "but hardly ever says so": _doubts(said["invented"])
        <= len(said["invented"]) / 4,
    }
    return {sentence: bool(holds) for sentence, holds in found.items()}


def shortened(text: str, most: int = SHOWN) -> str:
    """A text in one line, cut where a word ends.

    Example:
      >>> shortened("one two three", 9)
      'one two …'
    """
    line = " ".join(text.split()).replace("|", "/")
    if len(line) <= most:
        return line
    return f"{line[: most + 1].rsplit(' ', 1)[0]} …"
