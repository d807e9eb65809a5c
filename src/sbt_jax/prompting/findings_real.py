"""What the published model says of chapter 12, in the words of its page."""

import textwrap
from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count, percent

Table = Mapping[str, Any]
NAMES = {
    "once": "at once",
    "example": "by example",
    "phrase": "phrase",
    "steps": "steps by example",
}
SHOWN = 170  # characters of an answer


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_prompting")``, by its names there."""
    shots = list(table["shots"])
    found = {
        f"real_{kind.replace(' ', '_')}_{n}": percent(share)
        for kind, shares in table["pairs"].items()
        for n, share in zip(shots, shares, strict=True)
    }
    for key, way in NAMES.items():
        rows = table["ways"][way]
        found[f"real_{key}"] = f"{sum(row['right'] for row in rows)} of {len(rows)}"
    text = table["ways"]["phrase"][0]["text"]
    return found | {
        "real_games": count(table["games"]),
        "real_swaps": count(table["swaps"]),
        "real_said": textwrap.shorten(text, SHOWN, placeholder=" …"),
    }


def real_right(table: Table, way: str) -> int:
    """How many games come out right in one way of asking.

    Raises:
      ValueError: If there is no such way.

    Example:
      >>> rows = [{"right": True}, {"right": False}]
      >>> real_right({"ways": {"phrase": rows}}, "phrase")
      1
    """
    if way not in table["ways"]:
        raise ValueError(f"way must be one of {list(table['ways'])}, got {way!r}")
    return sum(row["right"] for row in table["ways"][way])
