"""Vocabulary: what a larger one buys a small model, and what it costs.

``python -m sbt_jax.recipes vocabulary`` trains one small body with tokenizers
of several sizes and measures bits per byte on held-out text, beside a model
that only counts pairs of tokens. Two ways to be fair: ``tokens``, where every
model reads equally many tokens, so the bodies compute equally much; ``text``,
where every model reads the text equally often. A run that is stopped goes on
where it was; delete the work folder after a code change.
"""

import dataclasses
import functools
import math
import re
from collections.abc import Sequence
from pydoc_data.topics import topics
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checkpoints, tokenization, training
from sbt_jax.architecture import Config, Model, forward, parameter_count
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import Tokenizer, reference_text

RECIPE = "sbt_jax.recipes.tokenization.vocabulary"
WHAT = "Bits per byte of held-out text, by vocabulary, budget and seed."
READS = ("corpus", "training", "held_out")


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained. All but the vocabulary is the same for every model."""

    merges: tuple[int, ...] = (0, 64, 256, 512, 1024, 2048, 4096)
    seeds: tuple[int, ...] = (0, 1, 2)
    budgets: tuple[str, ...] = ("tokens", "text")
    tokens: int = 768 * 1024  # read in training, for the budget "tokens"
    epochs: float = 3.0  # the same for the budget "text"
    batch: int = 8
    window: int = 128
    learning_rate: float = 3e-3
    width: int = 64
    layers: int = 2
    heads: int = 4
    mlp: int = 128


def split_text(
    topics: dict[str, str], seed: int = 0, share: float = 0.1
) -> tuple[str, str]:
    """Whole topics for training, and others, about ``share``, held out.

    The topics quote each other at length, so each paragraph is kept once, and
    one that is in both parts counts as training.

    Example:
      >>> split_text({"a": "One.\\n\\nTwo.", "b": "Two.\\n\\nSix."}, share=0.3)
      ('One.\\n\\nTwo.', 'Six.')
    """
    names = sorted(topics)
    np.random.default_rng(seed).shuffle(names)
    parts = {name: re.split(r"\n\s*\n", topics[name].strip("\n")) for name in names}
    goal = share * sum(map(len, topics.values()))
    chosen: list[str] = []
    while sum(len(topics[name]) for name in chosen) < goal:
        chosen.append(names.pop())
    train = dict.fromkeys(text for name in names for text in parts[name])
    held = dict.fromkeys(text for name in chosen for text in parts[name])
    return "\n\n".join(train), "\n\n".join(text for text in held if text not in train)


def bigram_bits(
    train: Sequence[int], held_out: Sequence[int], vocab_size: int
) -> float:
    r"""Total surprise of the held-out tokens, by counting pairs, in bits.

    .. math:: p(b \mid a) = \frac{n_{ab} + k_a \, p(b)}{n_a + k_a}, \quad
              p(b) = \frac{n_b + 1}{n + V}

    with :math:`k_a` the number of different tokens seen after :math:`a`
    (Witten and Bell 1991, method C). Nothing is tuned.

    Example:
      >>> round(bigram_bits([0, 1, 0, 1], [0, 1], vocab_size=2), 3)
      1.263
    """
    size = vocab_size
    seen = np.asarray(train)
    single = (np.bincount(seen, minlength=size) + 1) / (len(seen) + size)
    pairs, counts = np.unique(seen[:-1] * size + seen[1:], return_counts=True)
    after = np.bincount(seen[:-1], minlength=size)
    kinds = np.bincount(pairs // size, minlength=size)
    test = np.asarray(held_out)
    first, second = test[:-1], test[1:]
    place = np.minimum(np.searchsorted(pairs, first * size + second), len(pairs) - 1)
    both = np.where(pairs[place] == first * size + second, counts[place], 0)
    mass = after[first] + kinds[first]
    smooth = both + kinds[first] * single[second]
    p = np.where(mass > 0, smooth / np.maximum(mass, 1), single[second])
    return float(-np.log2(p).sum() - np.log2(single[test[0]]))


@functools.partial(jax.jit, static_argnames="config")
def _surprise(
    model: Model,
    config: Config,
    tokens: Int[Array, "batch time"],
    targets: Int[Array, "batch time"],
) -> Float[Array, "batch time"]:
    """Nats of each target, given the tokens up to its place in its row."""

    def one(row: Array, wanted: Array) -> Array:
        log_p = jax.nn.log_softmax(forward(model, config, row))
        return -jnp.take_along_axis(log_p, wanted[:, None], axis=1)[:, 0]

    return jax.vmap(one)(tokens, targets)


def model_bits(model: Model, config: Config, tokens: Int[np.ndarray, " time"]) -> float:
    """Total surprise of a text, in bits, read window by window.

    Each token but the first is predicted once, from those before it in its
    window: 64 on average at a window of 128. The first costs what a uniform
    guess does.
    """
    window, total = config.window, math.log2(config.vocab_size)
    count = -(-(len(tokens) - 1) // window)
    padded = np.zeros(-(-count // 32) * 32 * window + 1, np.int32)
    padded[: len(tokens)] = tokens
    rows = np.lib.stride_tricks.sliding_window_view(padded, window + 1)[::window]
    for start in range(0, len(rows), 32):
        some = jnp.asarray(rows[start : start + 32])
        nats = np.asarray(_surprise(model, config, some[:, :-1], some[:, 1:]))
        here = np.arange(nats.size) + start * window < len(tokens) - 1
        total += float(nats.reshape(-1)[here].sum(dtype=np.float64)) / math.log(2)
    return total


def make_config(vocab_size: int, settings: Sizes) -> Config:
    """The sizes of a model that reads with a vocabulary."""
    sizes = ("width", "layers", "heads", "mlp", "window")
    return Config(vocab_size, **{size: getattr(settings, size) for size in sizes})


def train_one(
    budget: str,
    seed: int,
    settings: Sizes,
    texts: dict[str, str],
    tokenizer: Tokenizer,
) -> dict[str, Any]:
    """Train one model on windows at random places, and measure it."""
    ids = {
        part: np.array(tokenization.encode(tokenizer, t)) for part, t in texts.items()
    }
    config = make_config(tokenizer.vocab_size, settings)
    read = settings.tokens
    if budget == "text":
        read = int(settings.epochs * len(ids["training"]))
    chunk = training.CHUNK * settings.batch * settings.window
    steps = training.CHUNK * max(1, round(read / chunk))
    asked = np.ones((settings.batch, settings.window + 1), bool)

    def batch_at(step: int) -> training.Batch:
        rng = np.random.default_rng([seed, step])
        last = len(ids["training"]) - settings.window - 1
        starts = rng.integers(last, size=(settings.batch, 1))
        rows = ids["training"][starts + np.arange(settings.window + 1)]
        return training.Batch(rows, asked)

    how = training.Settings(steps, settings.learning_rate, warmup=min(50, steps - 1))
    model, _ = training.train(jax.random.key(seed), config, how, batch_at)
    length = len(texts["held_out"].encode())
    sample = ids["training"][: len(ids["held_out"])]
    sample_length = len(tokenization.decode(tokenizer, sample.tolist()).encode())
    return {
        "budget": budget,
        "seed": seed,
        "steps": steps,
        "epochs": round(steps * asked[:, 1:].size / len(ids["training"]), 2),
        "held_out": round(model_bits(model, config, ids["held_out"]) / length, 4),
        "training": round(model_bits(model, config, sample) / sample_length, 4),
    }


def describe(
    tokenizer: Tokenizer, texts: dict[str, str], settings: Sizes
) -> dict[str, Any]:
    """What holds for a vocabulary whatever is trained: lengths, sizes, bigrams."""
    ids = {part: tokenization.encode(tokenizer, text) for part, text in texts.items()}
    length = len(texts["held_out"].encode())
    bits = bigram_bits(ids["training"], ids["held_out"], tokenizer.vocab_size)
    parameters = parameter_count(make_config(tokenizer.vocab_size, settings))
    embedding = parameters.pop("embedding")
    return {
        "merges": len(tokenizer.merges),
        "vocab_size": tokenizer.vocab_size,
        "training_tokens": len(ids["training"]),
        "tokens_per_byte": round(len(ids["held_out"]) / length, 4),
        "bigram": round(bits / length, 4),
        "parameters": {"body": sum(parameters.values()), "embedding": embedding},
    }


def inputs(sizes: Sizes) -> dict[str, str]:
    """Digests of the text and of its two parts."""
    training_text, held_out = split_text(topics)
    texts = {"corpus": reference_text(), "training": training_text}
    texts["held_out"] = held_out
    return {name: checkpoints.digest(text) for name, text in texts.items()}


def make(run: Run) -> dict[str, Any]:
    """Train what is not yet trained. Bits are per byte of text."""
    texts = dict(zip(("training", "held_out"), split_text(topics), strict=True))
    full = tokenization.train(texts["training"], max(run.sizes.merges))
    tokenizers = {merges: full.first(merges) for merges in run.sizes.merges}
    how, alone = dataclasses.asdict(run.sizes), run.depending(None)
    rows = [
        {"merges": merges}
        | alone.remembered(
            f"{merges}-{budget}-{seed}",
            how | run.inputs | {"merges": merges, "seeds": seed, "budgets": budget},
            *(train_one, budget, seed, run.sizes, texts, tokenizer),
        )
        for merges, tokenizer in tokenizers.items()
        for budget in run.sizes.budgets
        for seed in run.sizes.seeds
    ]
    return {
        "settings": how,
        "bytes": {part: len(text.encode()) for part, text in texts.items()},
        "sizes": [describe(each, texts, run.sizes) for each in tokenizers.values()],
        "rows": rows,
    }
