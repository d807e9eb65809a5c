"""What the published model says of chapter 11, in the words of its page."""

import textwrap
from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count

Table = Mapping[str, Any]
SHOWN = 60  # characters of an answer


def real_findings(table: Table) -> dict[str, str]:
    """What the page says of ``read_table("real_agents")``, by its names there."""
    found = {"real_tasks": count(table["tasks"]), "real_calls": count(table["calls"])}
    for way in ("free", "masked"):
        rows = table[way]
        for what in ("formed", "right"):
            share = sum(row[what] for row in rows)
            found[f"real_{way}_{what}"] = f"{share} of {len(rows)}"
    said = table["free"][0]["text"].splitlines()[0]
    return found | {
        "real_said": textwrap.shorten(said, SHOWN, placeholder=" …"),
        "real_gives": f"{sum('give' in r['text'] for r in table['masked'])}"
        f" of {len(table['masked'])}",
    }
