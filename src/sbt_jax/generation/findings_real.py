"""What the published model says of chapter 7, in the words of its page."""

import textwrap
from collections.abc import Mapping
from typing import Any

from sbt_jax.numbers import count
from sbt_jax.published.generation import GENERATION

Table = Mapping[str, Any]
#: Samplers of the shipped table by the names that the page's table has for them.
ROWS = {
    "greedy": "greedy",
    "penalty": "greedy, repetition penalty 1.2",
    "makers": "its makers' choice",
    "llama": "llama.cpp's choice",
    "plain": "temperature 1",
    "hot": "temperature 1.5",
}
SHOWN = 150  # characters of each text
NOT_COUNTED = "–"


def real_findings(table: Table) -> dict[str, str]:
    """Texts and loops of ``read_table("real_generation")``, by their names on the page.

    A text is cut where a word ends. A loop counts if a text of so many tokens ends in
    something that it says three times or more.
    """
    found = {
        f"wrote_{key}": shortened(table["samplers"][name])
        for key, name in ROWS.items()
        if key != "penalty"
    }
    loops = {name: _starts(rows) for name, rows in table["loops"].items()}
    asked = len(table["loops"][ROWS["greedy"]])
    for key, name in ROWS.items():
        known = name in loops
        share = f"{count(len(loops[name]))} of {count(asked)}" if known else NOT_COUNTED
        found[f"loops_{key}"] = share
    starts = loops[ROWS["greedy"]]
    return found | {
        "real_asked": count(asked),
        "real_tokens": count(table["loop_tokens"]),
        "real_first": count(min(starts)),
        "real_last": count(max(starts)),
        "chat_makers": shortened(table["answers"][ROWS["makers"]], 100),
        "same_asked": count(GENERATION["same_prompt"].value["asked"]),
        "same_different": count(GENERATION["same_prompt"].value["different"]),
    }


def real_claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the table, and whether they hold."""
    loops = {name: _starts(rows) for name, rows in table["loops"].items()}
    greedy, makers = loops[ROWS["greedy"]], loops[ROWS["makers"]]
    story, answer = table["samplers"][ROWS["greedy"]], table["answers"][ROWS["makers"]]
    return {
        "greedy is caught, the penalty is not": len(greedy) > 2
        and not loops[ROWS["penalty"]],
        "its makers' cold choice is caught, too": len(makers) > 2,
        "warm draws hardly ever": not loops[ROWS["plain"]]
        and len(loops[ROWS["llama"]]) < 2,
        "Otto is buried again and again": _repeats(story) > 3,
        "the makers' choice repeats itself in a chat": _repeats(answer) > 2,
    }


def shortened(text: str, most: int = SHOWN) -> str:
    """The beginning of a text on one line.

    Example:
      >>> shortened(" He was. He\\n\\nwas a man.", 12)
      'He was. He …'
    """
    return textwrap.shorten(text, most, placeholder=" …")


def _starts(rows: list[Table]) -> list[int]:
    """Where the loops begin, in tokens after the prompt."""
    return [row["start"] for row in rows if row["size"]]


def _repeats(text: str) -> int:
    """How often a text says its commonest sentence."""
    told = text.strip().split(". ")
    return max(told.count(sentence) for sentence in told)
