"""What the page says of its measurements, in words.

Page: ``book/attention.md``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax.attention.induction import Induction, InductionConfig
from sbt_jax.attention.study import ScoreStudy
from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.attention import ATTENTION

Table = Mapping[str, Any]
Run = Mapping[str, Any]
SIZES = ("big", "small")  # the thing was too big; the box was too small
MAIN = "queries and keys"  # where the model of the figure is told positions
KINDS = {  # of models that were trained, by their names in the text
    "rotary": "rotary",
    "stream": "stream",
    "short": "stream, short periods",
    "one": "one layer",
}
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
        **_birth(table),
        **_variations(table["induction"], table["curve"]),
    }


def claims(table: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    asked, runs = table["referent"], table["induction"]
    learned, short, one = runs[MAIN], runs[KINDS["short"]], runs["one layer"]
    sets = [set(_heads(asked[size]["right"])) for size in SIZES]
    cut = {size: asked["cut"][size] for size in SIZES}
    few, every = (
        {size: cut[size][f"right, {which}"] for size in SIZES}
        for which in ("best heads", "every head")
    )
    even, from_it = np.array(asked["evenness"]), _from_it(asked)
    falls = [run["losses"][-12] - run["losses"][-1] for run in runs["rotary"]]
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
        "periods are those of the text": table["tested_periods"] == [12, 24, 31],
        "of the rotary ones one falls in the last 300 steps": (
            table["curve"] * 12 == 300 and falls[0] > 0.8 > 0.1 > max(falls[1:])
        ),
        "rotary ones take longer": (
            min(run["loss"] for run in runs["rotary"])
            > max(run["loss"] for run in learned)
        ),
        "few periods: as high a score, and a loss beyond them": (
            min(map(_strongest, short)) > 0.5
            and all(run["loss_by_period"][1] > 4 * run["loss"] for run in short)
        ),
        "one layer beats a guess, but not by induction": (
            max(run["loss"] for run in one) < math.log(12)
            and max(map(_strongest, one)) < 0.2
            and min(run["loss_by_period"][2] for run in one) > math.log(31)
        ),
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
    measures = ScoreStudy._fields
    found = {"most_entropy": decimal(math.log(64))}
    for i, name in enumerate(measures):
        whole = name == "variance"
        found[f"{name}_plain"] = span(
            plain[:, -1, i].tolist(), _rounded if whole else decimal
        )
        found[f"{name}_divided"] = span(divided[:, -1, i].tolist())
    gradient = measures.index("gradient")
    mean = {
        scaled: dict(zip(sizes, values[scaled][..., gradient].mean(0), strict=True))
        for scaled in values
    }
    found |= {f"gradient_{size}": decimal(mean[False][size]) for size in (1, 16, 64)}
    found["gradient_64_divided"] = decimal(mean[True][64])
    return found, {
        "at 64 it is not smaller yet undivided": bool(mean[False][64] > mean[True][64]),
        "at the largest size it is, on every seed": (
            float(plain[:, -1, gradient].max()) < float(divided[:, -1, gradient].min())
        ),
    }


def figure_heads(table: Table) -> tuple[int, int]:
    """The previous-token head and the induction head that the figure shows."""
    first = table["induction"][MAIN][0]
    return int(np.argmax(first["previous"][0])), int(np.argmax(first["induction"][1]))


def findings_on_copies(
    config: InductionConfig,
    model: Induction,
    looks: Sequence[Float[np.ndarray, "batch heads time time"]],
    previous: int,
) -> tuple[dict[str, str], dict[str, bool]]:
    """The model of the figure, and where it looks in copies of a period of 16.

    Args:
      config: Its sizes.
      model: Its weights.
      looks: What each layer looks at in texts that repeat.
      previous: The head of layer 1 that looks at the token before.

    Returns:
      Texts by name, and what the page says without a number.
    """

    def back(layer: int, first: int, stop: int, distance: int) -> np.ndarray:
        """Weight of each head at these places on the one so far back."""
        at = np.arange(first, stop)
        return np.asarray(looks[layer])[:, :, at, at - distance].mean((0, 2))

    older, newer = (back(1, 32, 47, distance) for distance in (31, 15))
    return {
        "vocab": count(config.vocab_size),
        "weights": count(sum(leaf.size for leaf in jax.tree.leaves(model))),
        "guess": decimal(math.log(config.vocab_size)),
        "note_early": decimal(float(back(0, 1, 32, 1)[previous])),
        "note_late": decimal(float(back(0, 33, 63, 1)[previous])),
        "older": span(older.tolist()),
        "newer": span(newer.tolist()),
    }, {
        "the older place gets more, in three heads": (
            bool(older.mean() > newer.mean()) and int((older > newer).sum()) == 3
        )
    }


def _share(share: float) -> str:
    return percent(share, 0 if share >= 0.095 else 1)


def _rounded(value: Number) -> str:
    return decimal(value, 0)


def _tenths(value: Number) -> str:
    return decimal(value, 1)


def _up(value: float) -> str:
    """Rounded up, for what is said never to be above."""
    return decimal(math.ceil(100 * value) / 100)


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
        "kind_big_top": _share(asked["cut"]["big"][HIDDEN["every"]][4]),
        "rank": f"{decimal(mean)} ± {decimal(deviation)}",
        "rank_span": f"{decimal(low)} to {decimal(high)}",
        "single": count(asked["single"]["stories"]),
    }


def _strongest(run: Run) -> float:
    """The highest induction score of any head."""
    return max(map(max, run["induction"]))


def _birth(table: Table) -> dict[str, str]:
    learned, curve = table["induction"][MAIN], table["curve"]
    without = [np.array(run["without"]) for run in learned]
    first = len(without[0]) // 2  # heads of layer 1
    backs = sorted({run["looks_back"] for run in learned})
    return {
        "seeds": count(len(learned)),
        "steps": count(table["marks"][-1]),
        **{
            f"loss_{step}": span(
                [run["losses"][step // curve - 1] for run in learned], _tenths
            )
            for step in (150, 225)
        },
        "loss_end": span([run["loss"] for run in learned]),
        "far": span([run["loss_by_period"][1] for run in learned]),
        "score_end": span([_strongest(run) for run in learned]),
        "off_first": span([float(each[:first].max()) for each in without]),
        "off_most": _up(max(float(each[first:].max()) for each in without)),
        "off_all": span([run["without_last_layer"] for run in learned]),
        "off_back": span([run["without_looks_back"] for run in learned]),
        "looks_back": " or ".join(map(str, backs)),
    }


def _half_way(run: Run, curve: int) -> int:
    """The step by which half of what the loss falls has fallen."""
    losses = np.array(run["losses"])
    return int(np.argmax(losses < (losses[0] + losses[-1]) / 2) + 1) * curve


def _variations(runs: Mapping[str, Sequence[Run]], curve: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, kind in KINDS.items():
        found |= {
            f"{name}_loss": span([run["loss"] for run in runs[kind]]),
            f"{name}_far": span([run["loss_by_period"][1] for run in runs[kind]]),
            f"{name}_score": span([_strongest(run) for run in runs[kind]]),
        }
    for name in ("stream", "short"):
        rows = runs[KINDS[name]]
        found |= {
            f"{name}_score_far": span(
                [max(map(max, r["induction_far"])) for r in rows]
            ),
            f"{name}_note": span([max(run["previous"][0]) for run in rows]),
        }
    one = [run["loss_by_period"][2] for run in runs["one layer"]]
    half = [_half_way(run, curve) for run in runs["rotary"]]
    return found | {
        "rotary_jump": span(half, str),
        "rotary_back": _up(max(max(run["previous"][0]) for run in runs["rotary"])),
        "one_most": decimal(max(map(_strongest, runs["one layer"]))),
        "one_31": span(one, _tenths),
        "guess_12": decimal(math.log(12)),
        "guess_31": decimal(math.log(31)),
    }
