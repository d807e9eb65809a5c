"""What the page says of the model in which an induction head is born, in words.

Page: ``book/attention.md``. What it says of other measurements is in ``findings``.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax.attention.induction import Induction, InductionConfig
from sbt_jax.numbers import Number, count, decimal, span

Table = Mapping[str, Any]
Run = Mapping[str, Any]
MAIN = "queries and keys"  # where the model of the figure is told positions
KINDS = {  # of models that were trained, by their names in the text
    "rotary": "rotary",
    "stream": "stream",
    "short": "stream, short periods",
    "one": "one layer",
}


def findings_on_induction(table: Table) -> dict[str, str]:
    """The numbers of the sentences about induction.

    Args:
      table: What the recipe of this chapter measured.
    """
    return _birth(table) | _variations(table["induction"], table["curve"])


def claims_on_induction(table: Table) -> dict[str, bool]:
    """What the page says of these numbers without saying them, and whether it holds."""
    runs = table["induction"]
    learned, short, one = runs[MAIN], runs[KINDS["short"]], runs["one layer"]
    half = len(learned[0]["without"]) // 2  # heads of layer 1
    falls = [run["losses"][-12] - run["losses"][-1] for run in runs["rotary"]]
    return {
        "periods are those of the text": table["tested_periods"] == [12, 24, 31],
        "of the rotary ones one falls in the last 300 steps": (
            table["curve"] * 12 == 300 and falls[0] > 0.8 > 0.1 > max(falls[1:])
        ),
        "a head of layer 1 costs most": all(
            max(run["without"][:half]) > 2 * max(run["without"][half:])
            for run in learned
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


def figure_heads(table: Table) -> tuple[int, int]:
    """The previous-token head and the induction head that the figure shows."""
    first = table["induction"][MAIN][0]
    return int(np.argmax(first["previous"][0])), int(np.argmax(first["induction"][1]))


def figure_losses(table: Table) -> list[Sequence[float]]:
    """The losses of every seed, that of the figure first."""
    return [run["losses"] for run in table["induction"][MAIN]]


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


def _tenths(value: Number) -> str:
    return decimal(value, 1)


def _up(value: float) -> str:
    """Rounded up, for what is said never to be above."""
    return decimal(math.ceil(100 * value) / 100)


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


def findings_published(table: Table) -> tuple[dict[str, str], dict[str, bool]]:
    """What the page says of a published model's heads, and whether it holds.

    Args:
      table: ``real_attention``, measured by the recipe of published models.

    Returns:
      Texts by name, and claims.
    """
    costs, referent = np.array(table["loss_by_position"]), table["referent"]
    period = (len(costs) + 1) // 2
    first, last = costs[: period - 1].mean(), costs[-period // 2 :].mean()
    sinks = np.array(table["sink"]) >= table["least"]
    texts = {
        "real_heads": count(table["heads"]),
        "real_first": decimal(first, 0),
        "real_second": decimal(last, 0),
        "real_pairs": count(referent["pairs"]),
        "real_big": count(referent["right"]["big"]),
        "real_small": count(referent["right"]["small"]),
    }
    return texts, {
        "thirty layers": len(table["sink"]) == 30,
        "the first time costs more than a blind guess": bool(first > math.log(49_152)),
        "a few heads find what came next": 3 < table["counts"]["induction"] < 12,
        "more than a third look at the start": bool(sinks.mean() > 1 / 3),
        "the thing whatever the size": (
            referent["right"]["big"] > 0.8 * referent["pairs"]
            and referent["right"]["small"] < 0.3 * referent["pairs"]
        ),
    }
