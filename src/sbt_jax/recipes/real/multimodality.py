"""Chapter 15 in the published model: it cannot see, but does it read what is no token?

In a sum the vector of one digit is replaced: by one that only points about the same
way, or by the middle of two other digits. The same is asked of the main model.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from sbt_jax.architecture import Config, Model
from sbt_jax.multimodality import at_cosine, read_with
from sbt_jax.recipes.real.reading import Reader, ids_of
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.pictures import asked_sum
from sbt_jax.shipped.stories import story_model

WHAT = "SmolLM2-135M and main: sums in which one number is a vector that is no token."
READS = ("model", "main")
COSINES = (1.0, 0.8, 0.6, 0.4, 0.2)
SHOWN = "1 + 1 = 2\n3 + 4 = 7\n2 + 6 = 8\n"
#: Sums of two digits whose answer is one, with room for a middle of two others.
PAIRS = tuple((a, b) for a in range(2, 7) for b in range(1, 6) if a + b <= 9)


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    pairs = PAIRS[: sizes.most]
    keys = [list(map(list, pairs)), COSINES]
    return {
        "cosines": list(COSINES),
        "sums": len(pairs),
        "real": run.remembered("multimodality-real", keys, real, reader, pairs),
        "main": run.remembered("multimodality-main", keys, main, pairs),
    }


@functools.partial(jax.jit, static_argnames="config")
def _last(
    model: Model, config: Config, rows: Int[Array, "batch time"], vectors: Array
) -> Array:
    return read_with(model, config, rows, vectors)[:, -1]


def measure(
    ask: Callable[[Array], np.ndarray],
    table: np.ndarray,
    digits: Sequence[int],
    pairs: Sequence[tuple[int, int]],
) -> dict[str, Any]:
    """Right answers by cosine; and as what the middle of two numbers is read.

    Args:
      ask: From a vector for the first number of each sum, the number that is answered.
      table: The embeddings.
      digits: The id of each number from 0.
      pairs: The sums.
    """
    first = np.array([a for a, _ in pairs])
    second = np.array([b for _, b in pairs])
    words = jnp.asarray(table[np.asarray(digits)[first]])
    right = []
    for at, cosine in enumerate(COSINES):
        said = ask(at_cosine(jax.random.key(at), words, cosine))
        right.append(round(float((said == first + second).mean()), 4))
    below, above = (table[np.asarray(digits)[first + step]] for step in (-1, 1))
    read = ask(jnp.asarray((below + above) / 2)) - second - first
    return {
        "right": right,
        "middle": {
            "the lower": round(float((read == -1).mean()), 4),
            "the one between": round(float((read == 0).mean()), 4),
            "the higher": round(float((read == 1).mean()), 4),
        },
    }


def real(reader: Reader, pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The published model, shown three sums first."""
    this = reader()
    digits = [ids_of(this, str(n))[0] for n in range(10)]
    rows = np.array([ids_of(this, f"{SHOWN}{a} + {b} = ") for a, b in pairs])
    place = len(ids_of(this, SHOWN))
    assert all(row[place] == digits[a] for row, (a, _) in zip(rows, pairs, strict=True))
    vocab = this.config.vocab_size
    rows[:, place] = vocab + np.arange(len(pairs))

    def ask(vectors: Array) -> np.ndarray:
        logits = _last(this.model, this.config, rows, vectors)
        return np.asarray(logits)[:, digits].argmax(1)

    return measure(ask, np.asarray(this.model.embedding, np.float32), digits, pairs)


def main(pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """The main model, asked as its stories ask."""
    this, asked = story_model("main"), asked_sum()
    words = [0, *asked["words"].values()]  # by number: none stands for zero
    answers = list(asked["answers"].values())
    rows = np.tile(asked["ids"], (len(pairs), 1))
    vocab = this.config.vocab_size
    for row, at, (_, b) in zip(rows, range(len(pairs)), pairs, strict=True):
        row[asked["places"][0]] = vocab + at
        row[asked["places"][1]] = words[b]

    def ask(vectors: Array) -> np.ndarray:
        logits = _last(this.model, this.config, rows, vectors)
        return np.asarray(logits)[:, answers].argmax(1) + 1  # they begin with one

    return measure(ask, np.asarray(this.model.embedding), words, pairs)
