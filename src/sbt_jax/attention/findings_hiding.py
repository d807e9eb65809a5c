"""What the page says of two stories in which one word is hidden, in words.

Page: ``book/attention.md``. What it says of many stories is in ``findings``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sbt_jax.attention.findings import SIZES, Table
from sbt_jax.numbers import percent

SURE, UNSURE = 0.95, 0.5  # of the next token


def best_heads(table: Table) -> dict[str, tuple[int, int]]:
    """Layer and head that look hardest at the right noun, by size.

    Args:
      table: What the recipe of this chapter measured.
    """
    best = {size: table["referent"]["best"][size][0] for size in SIZES}
    return {size: (int(layer), int(head)) for size, (layer, head) in best.items()}


def findings_on_hiding(
    best: Mapping[str, tuple[int, int]],
    seen: Mapping[str, Any],
    hidden: Mapping[str, tuple[str, Sequence[int]]],
    blind: Mapping[str, Any],
) -> tuple[dict[str, str], dict[str, bool]]:
    """One story with a thing too big, one with a box too small; the noun hidden.

    Args:
      best: Layer and head that look hardest at the right noun, by size.
      seen: ``texts`` and ``weights`` of each story, as
        :func:`sbt_jax.shipped.cuts.looks_in_story` gives them.
      hidden: The word that is hidden, and where it stands.
      blind: What the model says then, as :func:`sbt_jax.shipped.cuts.say_blind` does.

    Returns:
      Texts by name, and what the page says without a number.
    """
    big, small = (blind[size] for size in SIZES)
    share = seen["big"].weights[best["big"]][-1][hidden["big"][1]].sum()
    it = [list(seen[size].texts).index(" it") for size in SIZES]
    from_it = [seen[size].weights[..., it[0], :] for size in SIZES]
    return {"hat_share": percent(float(share))}, {
        "the heads are those that the text names": (
            best["big"][0] == 2 and best["small"] == (1, 3)
        ),
        "a hat and a bag are hidden": [hidden[size][0] for size in SIZES]
        == ["hat", "bag"],
        "one head alone changes nothing": big.tokens[0] == " hat"
        and bool(big.one.max() > SURE),
        "without any hat it says something else": big.tokens[1] != " hat"
        and bool(big.every.max() < UNSURE),
        "without one look at the bag it is unsure": bool(small.one.max() < UNSURE),
        "without any it says box": small.tokens[1] == " box",
        "*it* looks alike in both": it[0] == it[1]
        and np.allclose(from_it[0], from_it[1], atol=1e-6),
    }
