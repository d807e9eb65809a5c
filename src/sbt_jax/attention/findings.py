"""What the page says of its measurements, in words.

Page: ``book/attention.md``. What it says of induction is in ``findings_induction``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from sbt_jax.attention.findings_induction import (
    claims_on_induction,
    findings_on_induction,
)
from sbt_jax.attention.study import ScoreStudy
from sbt_jax.numbers import count, decimal, percent, span
from sbt_jax.published.attention import ATTENTION

Table = Mapping[str, Any]
SIZES = ("big", "small")  # the thing was too big; the box was too small
HIDDEN = {  # what was hidden, by the names of the table's rows in the text
    "all": "nothing",
    "best": "right, best heads",
    "every": "right, every head",
    "wrong": "other, every head",
    "else": "as much elsewhere",
}
MUCH = 0.2  # of a head's weight on one noun


def findings(table: Table) -> dict[str, str]:
    """The numbers of the sentences about who looks at whom and about induction.

    Args:
      table: What the recipe of this chapter measured.

    Returns:
      Texts by name. Tested in ``tests/attention/test_findings.py``.
    """
    return {
        "base_head": str(ATTENTION["base_head"].value),
        "base_heads": str(ATTENTION["base_heads"].value),
        **{
            f"llama_{name}": str(ATTENTION[f"llama3_{name}"].value)
            for name in ("heads", "kv", "layers")
        },
        **_looks(table["referent"]),
        **_cuts(table["referent"]),
        **findings_on_induction(table),
    }


def claims(table: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    asked = table["referent"]
    sets = [set(_heads(asked[size]["right"])) for size in SIZES]
    cut = {size: asked["cut"][size] for size in SIZES}
    few, every = (
        {size: cut[size][f"right, {which}"] for size in SIZES}
        for which in ("best heads", "every head")
    )
    even, from_it = np.array(asked["evenness"]), _from_it(asked)
    return {
        "four heads look most": len(asked["best"]["big"]) == 4,
        "some heads look, and none in both cases": (
            all(sets) and not sets[0] & sets[1]
        ),
        "without four heads it is lost, without the wrong noun not": all(
            cut[size][HIDDEN["wrong"]][2] > 0.95 > 0.5 > few[size][2] for size in SIZES
        ),
        "as much elsewhere does hardly any harm": all(
            cut[size][HIDDEN["else"]][2] > 0.95
            and cut[size]["weight"][1] >= cut[size]["weight"][0]
            for size in SIZES
        ),
        "four heads do most of it": all(
            abs(few[size][2] - every[size][2]) < 0.25 for size in SIZES
        ),
        "with every head blind only chance is left": all(
            every[size][2] < 1.1 / cut[size]["nouns"] for size in SIZES
        ),
        "the looks carry the kind of things, not that of boxes": all(
            (every[size][3] < 0.3) == (every[size][4] < 0.1) == (size == "big")
            for size in SIZES
        ),
        "a large weight tends to matter": 0.3 < asked["single"]["correlation"][0] < 0.8,
        "the first layer looks most evenly": bool(even[0].min() > even[2:].max()),
        "it looks alike in both, at boxes more": (
            float(np.abs(from_it[0] - from_it[1]).max()) < 0.02
            and float(from_it[:, 1].max()) > float(from_it[:, 0].max())
        ),
        **claims_on_induction(table),
    }


def findings_on_scores(
    sizes: Sequence[int], studies: Mapping[bool, Sequence[Sequence[ScoreStudy]]]
) -> tuple[dict[str, str], dict[str, bool]]:
    """What random scores do to the softmax, by the size of a head.

    Args:
      sizes: Sizes of a head.
      studies: By whether scores are divided, for each seed a study of each size.

    Returns:
      Texts by name, and what the page says without a number.
    """
    values = {
        scaled: np.array([[[float(x) for x in study] for study in run] for run in runs])
        for scaled, runs in studies.items()
    }  # (seeds, sizes, measures)
    plain, divided = values[False], values[True]
    last = {name: i for i, name in enumerate(ScoreStudy._fields)}
    mean = {
        scaled: dict(
            zip(sizes, values[scaled][..., last["gradient"]].mean(0), strict=True)
        )
        for scaled in values
    }
    found = {
        "most_entropy": decimal(math.log(64)),
        "entropy_plain": span(plain[:, -1, last["entropy"]].tolist()),
        "gradient_plain": span(plain[:, -1, last["gradient"]].tolist()),
        "gradient_divided": span(divided[:, -1, last["gradient"]].tolist()),
        "gradient_64": decimal(mean[False][64]),
        "gradient_64_divided": decimal(mean[True][64]),
    }
    variance = values[False][..., last["variance"]].mean(0)
    return found, {
        "undivided, the variance grows with the size": bool(
            (np.diff(variance) > 0).all()
        ),
        "in small heads the undivided gradient is larger": all(
            mean[False][size] > mean[True][size] for size in sizes if 1 < size <= 64
        ),
        "at the largest size it is smaller, on every seed": (
            float(plain[:, -1, last["gradient"]].max())
            < float(divided[:, -1, last["gradient"]].min())
        ),
    }


def _share(share: float) -> str:
    return percent(share, 0 if share >= 0.095 else 1)


def _heads(right: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The heads that give a noun much of their weight, the strongest first."""
    look = np.array(right)
    found = np.argwhere(look >= MUCH)
    order = np.argsort(-look[tuple(found.T)], kind="stable")
    return [(int(layer), int(head)) for layer, head in found[order]]


def _from_it(asked: Table) -> Float[np.ndarray, "rows cols layers heads"]:
    """The weight from *it* on the thing and on the box, by size."""
    return np.array(
        [[asked[size]["from_it"][kind] for kind in ("thing", "box")] for size in SIZES]
    )


def _looks(asked: Table) -> dict[str, str]:
    even, from_it = np.array(asked["evenness"]), _from_it(asked)
    found: dict[str, str] = {}
    for size in SIZES:
        heads = _heads(asked[size]["right"])
        found |= {
            f"heads_{size}": ", ".join(f"{i + 1}·{j + 1}" for i, j in heads),
            f"most_{size}": _share(float(np.max(asked[size]["right"]))),
        }
    return found | {
        "cases": count(sum(asked[size]["cases"] for size in SIZES)),
        "even_first": span(even[0].tolist()),
        "even_last": span(even[2:].ravel().tolist()),
        "it_thing": _share(float(from_it[:, 0].max())),
        "it_box": _share(float(from_it[:, 1].max())),
        "it_apart": decimal(100 * float(np.abs(from_it[0] - from_it[1]).max()), 1),
    }


def _cuts(asked: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for size in SIZES:
        cut = asked["cut"][size]
        found |= {
            f"stays_{size}_{name}": _share(cut[what][2])
            for name, what in HIDDEN.items()
        }
        found |= {
            f"kind_{size}": percent(cut[HIDDEN["every"]][3], 1),
            f"nouns_{size}": count(cut["nouns"]),
            f"chance_{size}": _share(1 / cut["nouns"]),
            f"weight_{size}": decimal(cut["weight"][0], 1),
            f"weight_{size}_wrong": decimal(float(np.sum(asked[size]["other"])), 1),
        }
    mean, deviation, low, high = asked["single"]["correlation"]
    return found | {
        "rank": f"{decimal(mean)} ± {decimal(deviation)}",
        "rank_span": f"{decimal(low)} to {decimal(high)}",
        "single": count(asked["single"]["stories"]),
    }
