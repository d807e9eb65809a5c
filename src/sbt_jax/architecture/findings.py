"""What the measurements of chapter 5 say, in the words of its page."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from sbt_jax.architecture.config import Config, forward_flops, parameter_count
from sbt_jax.architecture.designs import published_designs
from sbt_jax.numbers import Number, count, decimal, percent, span
from sbt_jax.published.architecture import ARCHITECTURE

Table = Mapping[str, Any]
KINDS = ("no residual", "post-norm", "pre-norm")
STARTS = {"loud": "plain", "quiet": "scaled"}  # as the page and the table call them
LEFT_OUT = (
    "complete",
    "no residual",
    "no norm",
    "no MLP",
    "no attention",
    "no positions",
    "one head",
)
COUNTED = {
    "gpt2": "GPT-2 small",
    "gpt3": "GPT-3",
    "llama8": "Llama 3 8B",
    "llama70": "Llama 2 70B",
}


def findings(table: Table, counting: Table) -> dict[str, str]:
    """Every number of the page that shipped tables hold, by its name there.

    Args:
      table: As ``sbt_jax.checkpoints.read_table("architecture")`` gives it.
      counting: The table of ``foundations``, for the loss of counted pairs.
    """
    *_, orders = counting["ngrams"].values()
    return (
        _twins(table)
        | _gradients(table)
        | _deep(table)
        | {"gap_pairs": decimal(orders[1] - counting["entropy_per_word"])}
    )


def claims(table: Table) -> dict[str, bool]:
    """The sentences of the page that rest on the shipped table, and whether they hold.

    Args:
      table: As for :func:`findings`.
    """
    parts = (_claims_of_twins, _claims_of_gradients, _claims_of_deep)
    return {k: v for part in parts for k, v in part(table).items()}


def _key(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_")


# -- Twins -------------------------------------------------------------------------


def _gap(table: Table, name: str) -> float:
    return float(np.mean(table["variants"][name]["gap"]))


def _twins(table: Table) -> dict[str, str]:
    variants = table["variants"]
    third = variants["grouped heads"]["gap"]
    sizes = [variants[name]["parameters"] for name in ("grouped heads", "complete")]
    said = {
        "word_floor": decimal(table["entropy_per_word"]),
        "token_floor": decimal(table["entropy_per_token"]),
        "n_tokens": count(table["tokens"]),
        "n_steps": count(table["steps"]),
        "worst_grouped": decimal(max(third)),
        "least_grouped": decimal(min(third)),
        "saved": percent(1 - sizes[0] / sizes[1]),
    }
    for name, twin in variants.items():
        said[f"gap_{_key(name)}"] = decimal(_gap(table, name))
        said[f"spread_{_key(name)}"] = span(twin["gap"])
    return said


def twin_table(table: Table) -> str:
    """Every twin with a part left out: its size, its gap, and the gap of each seed."""
    lines = [f"{'':14}{'parameters':>11}{'gap, nats a word':>18}{'seeds':>19}"]
    for name in LEFT_OUT:
        twin = table["variants"][name]
        seeds = ", ".join(f"{gap:.2f}" for gap in twin["gap"])
        mean = _gap(table, name)
        lines.append(f"{name:14}{twin['parameters']:>11,}{mean:>18.2f}{seeds:>19}")
    return "\n".join(lines)


def _claims_of_twins(table: Table) -> dict[str, bool]:
    gap = {name: _gap(table, name) for name in table["variants"]}
    left_out = {name: gap[name] for name in LEFT_OUT[1:]}
    path = ("2017", "pre-norm", "RMSNorm", "rotary", "complete", "grouped heads")
    steps = {name: gap[name] for name in path}
    whole, third = (
        table["variants"][name]["gap"] for name in ("complete", "grouped heads")
    )
    twice = [gap[f"no {part}"] for part in ("MLP", "residual", "positions")]
    return {
        "attention is missed most": max(left_out, key=gap.__getitem__)
        == "no attention",
        "the norm is missed least": min(left_out, key=gap.__getitem__) == "no norm",
        "hardly more than with it": gap["no norm"] < 1.15 * gap["complete"],
        "one wide head is worse": min(table["variants"]["one head"]["gap"])
        > max(table["variants"]["complete"]["gap"]),
        "others end about twice as far": all(
            1.5 < far / gap["complete"] < 3 for far in twice
        ),
        "the norm in front made the old model worse": max(steps, key=gap.__getitem__)
        == "pre-norm",
        "today's parts are best together": min(steps, key=gap.__getitem__)
        == "complete",
        "rotary positions pay": gap["RMSNorm"] - gap["rotary"] > 0.04,
        "the gate pays": gap["rotary"] - gap["complete"] > 0.02,
        "its place hardly matters": abs(gap["post-norm"] - gap["complete"]) < 0.03,
        "LayerNorm is no worse": abs(gap["LayerNorm"] - gap["complete"]) < 0.02,
        "grouped heads cost little": min(third) < max(whole) < max(third),
    }


# -- Gradients before training -----------------------------------------------------


def times(factor: float) -> str:
    """How often, in words where there are too many digits.

    Example:
      >>> times(2.34), times(1234.5), times(4.2e6), times(3.14e9)
      ('2.3', '1,234', '4 million', '3.1 billion')
    """
    if factor >= 1e9:
        return f"{factor / 1e9:.1f} billion"
    if factor >= 1e6:
        return f"{factor / 1e6:.0f} million"
    return f"{factor:.1f}" if factor < 100 else f"{factor:,.0f}"


def _grown(table: Table, kind: str, start: str) -> float:
    """How much larger the gradient is in the deepest model than in the shallowest."""
    middle = np.median(table["gradients"]["gated"][kind][start], axis=0)
    return float(middle[-1] / middle[0])


def _by_seed(table: Table, mlp: str, kind: str, start: str) -> list[float]:
    return sorted(run[-1] / run[0] for run in table["gradients"][mlp][kind][start])


def _gradients(table: Table) -> dict[str, str]:
    depths = table["depths"]
    said = {
        "gradient_width": count(table["width"]),
        "shallowest": count(depths[0]),
        "deepest": count(depths[-1]),
    }
    for kind in KINDS:
        low, *_, high = _by_seed(table, "gated", kind, "plain")
        said[f"range_{_key(kind)}"] = f"{times(low)} to {times(high)}"
        for start in STARTS.values():
            said[f"grown_{_key(kind)}_{start}"] = times(_grown(table, kind, start))
            low, *_, high = _by_seed(table, "relu", kind, start)
            said[f"relu_{_key(kind)}_{start}"] = f"{low:.2g} to {high:.2g}"
    return said


def _claims_of_gradients(table: Table) -> dict[str, bool]:
    relu = [
        factor
        for kind in KINDS
        for start in STARTS.values()
        for factor in _by_seed(table, "relu", kind, start)
    ]
    return {
        "with ReLU nothing of the kind happens": 0.03 < min(relu) < max(relu) < 10,
        "with gates and post-norm it grows": _grown(table, "post-norm", "plain") > 100,
        "with pre-norm hardly": _grown(table, "pre-norm", "plain") < 3,
    }


# -- Deep models -------------------------------------------------------------------


def _rates(table: Table) -> tuple[str, str]:
    slow, fast = sorted(table["deep"]["curves"]["plain"], key=float)
    return slow, fast


def _warmups(table: Table) -> tuple[str, str]:
    found = table["deep"]["curves"]["plain"][_rates(table)[1]]["pre-norm"]
    cold, warm = sorted(found, key=float)
    return cold, warm


def _ends(
    table: Table, start: str, rate: str, kind: str, warmup: str
) -> Sequence[float]:
    """The last loss of each seed."""
    return [run[-1] for run in table["deep"]["curves"][start][rate][kind][warmup]]


def _deep(table: Table) -> dict[str, str]:
    deep, (slow, fast) = table["deep"], _rates(table)
    cold, warm = _warmups(table)

    def short(nats: Number) -> str:
        return decimal(nats, 1)

    said = {
        "deep_row_tokens": count(deep["tokens_a_step"]),
        "deep_layers": count(deep["layers"]),
        "deep_width": count(deep["width"]),
        "deep_steps": count(deep["steps"]),
        "warm_steps": warm,
        "fast_rate": fast,
        "slow_rate": slow,
    }
    for kind in KINDS:
        for name, start in STARTS.items():
            for how, warmup in (("cold", cold), ("warm", warm)):
                ends = _ends(table, start, fast, kind, warmup)
                said[f"{name}_{how}_{_key(kind)}"] = span(ends, short)
        ends = _ends(table, "scaled", slow, kind, cold)
        said[f"slow_{_key(kind)}"] = span(ends, short)
    return said


def _claims_of_deep(table: Table) -> dict[str, bool]:
    slow, fast = _rates(table)
    cold, warm = _warmups(table)

    def of(kind: str, *ways: tuple[str, str]) -> list[float]:
        return [
            end for start, how in ways for end in _ends(table, start, fast, kind, how)
        ]

    loud = (("plain", cold), ("plain", warm))
    quiet = (("scaled", cold), ("scaled", warm))
    stuck = of("no residual", *loud, *quiet) + of("post-norm", *loud, quiet[0])
    return {
        "post-norm is stuck, and all without residuals": min(stuck) > 5,
        "quiet and warmed up, post-norm learns": max(of("post-norm", quiet[1])) < 3.2,
        "pre-norm does not care": max(of("pre-norm", *loud, *quiet)) < 3,
        "smaller steps help post-norm, too": max(
            _ends(table, "scaled", slow, "post-norm", cold)
        )
        < 3.7,
    }


# -- Sizes -------------------------------------------------------------------------


def of_sizes(config: Config) -> dict[str, str]:
    """What the sizes of *main* and of published models say.

    Example:
      >>> sizes = Config(256, width=64, layers=2, heads=4, mlp=128, window=32)
      >>> of_sizes(sizes)["n_gpt2"]
      '124,439,808'
    """
    counts, end = parameter_count(config), forward_flops(config, config.window)
    total = sum(counts.values())
    designs = published_designs()
    said = {
        "vocab": count(config.vocab_size),
        "know_nothing": decimal(math.log(config.vocab_size)),
        "width": count(config.width),
        "layers": count(config.layers),
        "heads": count(config.heads),
        "mlp": count(config.mlp),
        "total": count(total),
        "looking": percent(end["looking"] / sum(end.values())),
        "gpt3_layers": count(designs["GPT-3"].config.layers),
        "gpt3_width": count(designs["GPT-3"].config.width),
        "n_designs": count(len(designs)),
    }
    for kind, number in counts.items():
        said[f"share_{kind}"] = percent(number / total, 1)
    for key, name in COUNTED.items():
        parts = designs[name].parameters()
        number = sum(parts.values())
        said[f"n_{key}"] = count(number)
        said[f"table_{key}"] = percent(parts["embedding"] / number, 1)
        said[f"mlp_{key}"] = percent(parts["mlp"] / number)
    for key, name in (("gpt", "GPT-3"), ("lla", "Llama 1 65B")):
        number = sum(designs[name].parameters().values())
        said[f"sum_{key}"] = decimal(number / 1e9, 1)
    return said


def claims_of_sizes(config: Config) -> dict[str, bool]:
    """The sentences about sizes, and whether they hold."""
    designs, end = published_designs(), forward_flops(config, config.window)
    wide = ("Llama 2 70B", "Llama 3 8B", "Llama 3 70B", "Mistral 7B")
    ratio = {name: d.config.mlp / d.config.width for name, d in designs.items()}
    return {
        "all published models are counted right": all(
            sum(d.parameters().values()) == ARCHITECTURE[name].value["parameters"]
            for name, d in designs.items()
        ),
        "some take 3.5 times": all(ratio[name] == 3.5 for name in wide),
        "Llama 1 takes about 2.7 times": 2.6 < ratio["Llama 1 65B"] < 2.75,
        "looking back costs what attention's weights cost": end["attention"]
        == end["looking"],
    }


# -- Halfway -----------------------------------------------------------------------


def of_depths(
    loss: Float[np.ndarray, " depth"],
    right: Float[np.ndarray, " depth"],
    skips: Mapping[tuple[str, int], float],
) -> dict[str, str]:
    """What the lens and skipped parts cost.

    Args:
      loss: Read after no block, after the first, and so on, in nats a token.
      right: The share of right guesses there.
      skips: The loss without a part of a block, counted from 0.

    Example:
      >>> loss, right = np.array([3.0, 1.0]), np.array([0.1, 0.7])
      >>> said = of_depths(loss, right, {("block", 0): 2.5})
      >>> said["right_1"], said["worst_block"], said["worst_skip"]
      ('70 %', '1', '2.50')
    """
    blocks = {i: nats for (part, i), nats in skips.items() if part == "block"}
    worst, least = (
        max(blocks, key=blocks.__getitem__),
        min(blocks, key=blocks.__getitem__),
    )
    said = {
        "skip_nothing": decimal(float(loss[-1])),
        "worst_block": count(worst + 1),
        "least_block": count(least + 1),
        "worst_skip": decimal(blocks[worst]),
        "least_skip": decimal(blocks[least]),
    }
    for depth, (nats, share) in enumerate(zip(loss, right, strict=True)):
        said[f"lens_{depth}"] = decimal(float(nats))
        said[f"right_{depth}"] = percent(float(share))
    for (part, i), nats in skips.items():
        said[f"skip_{part}_{i + 1}"] = decimal(nats)
    return said


def claims_of_depths(
    own: Float[np.ndarray, " depth"],
    loss: Float[np.ndarray, " depth"],
    skips: Mapping[tuple[str, int], float],
    vocab_size: int,
) -> dict[str, bool]:
    """The sentences about the lens and skipped parts, and whether they hold.

    Args:
      own: The share of guesses, at each depth, that repeat what was read.
      loss: As for :func:`of_depths`.
      skips: As for :func:`of_depths`.
      vocab_size: Number of tokens.
    """
    return {
        "at first every token guesses itself": bool(own[0] == 1),
        "every block helps": bool((np.diff(loss) < 0).all()),
        "no part is needed to know anything": max(skips.values())
        < math.log(vocab_size),
    }


def _answer_at(names: Sequence[str]) -> int:
    """The block from which on the last name is said."""
    return max(i for i, name in enumerate(names) if name != names[-1]) + 1


def of_answer(
    names: Sequence[str],
    kept: Bool[np.ndarray, "samples layers"],
    gave: Bool[np.ndarray, "samples layers"],
) -> dict[str, str]:
    """Where in the model the holder of a thing is known.

    Args:
      names: Who holds it after a gift, by depth, the start first.
      kept: For each couple and block whether the holder is preferred, without a gift.
      gave: The same after a gift.

    Example:
      >>> told = np.array([[True, True], [False, True]])
      >>> said = of_answer(["?", " Tom", " Tom"], told, told)
      >>> said["answer_at"], said["kept_half"]
      ('1', '1')
    """
    half = _answer_at(names) - 1
    return {
        "answer_at": count(half + 1),
        "couples": count(len(kept)),
        "kept_half": count(int(kept[:, half].sum())),
        "gave_half": count(int(gave[:, half].sum())),
    }


def claims_of_answer(
    names: Sequence[str],
    others: Sequence[str],
    kept: Bool[np.ndarray, "samples layers"],
    gave: Bool[np.ndarray, "samples layers"],
) -> dict[str, bool]:
    """The sentences about the holder of the ball, and whether they hold.

    Args:
      names: As for :func:`of_answer`.
      others: The same without the gift, where Anna keeps the ball.
      kept: As for :func:`of_answer`.
      gave: As for :func:`of_answer`.
    """
    at = _answer_at(names)
    half = [rows[:, at - 1].sum() for rows in (kept, gave)]
    return {
        "after the gift it is Tom": names[-1] == " Tom" not in names[:2],
        "one block from the end": at == kept.shape[1] - 1,
        "without it Tom still, and Anna at the end": (
            (others[at], others[-1]) == (" Tom", " Anna")
        ),
        "the last block is always right": bool((kept & gave)[:, -1].all()),
        "halfway most are right, more after a gift": bool(
            half[1] > half[0] > len(kept) / 2
        ),
    }
