"""One word in two contexts: what a model's vectors make of the words before it.

Page: ``book/embeddings.md``.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from sbt_jax import world
from sbt_jax.embeddings.bias import cosines_by_group
from sbt_jax.embeddings.pictures import pca
from sbt_jax.embeddings.space import unit
from sbt_jax.numbers import count, decimal

ATTENTION_3, ATTENTION_4 = 5, 7  # depths in the stream, two a block
AFTER_FIRST = 2


def texts_up_to(
    places: Sequence[str], marks: Sequence[str], each: int = 40, stories: int = 6000
) -> dict[str, list[str]]:
    """Held-out stories up to the first time that they name a place after a mark.

    Args:
      places: Words, such as *bank*.
      marks: What stands before them, such as *on the*.
      each: Texts for each place and mark.
      stories: The most to look through.

    Returns:
      For each place its texts, those of the first mark first.

    Raises:
      ValueError: If there are not enough such stories.

    Example:
      >>> texts = texts_up_to(["bank"], ["on the"], each=2)["bank"]
      >>> [text[-12:] for text in texts]
      [' on the bank', ' on the bank']
    """
    found: dict[tuple[str, str], list[str]] = {
        pair: [] for pair in product(places, marks)
    }
    for story in world.stories(stories, seed=world.HELD_OUT_SEED):
        for (place, mark), texts in found.items():
            head, cut, _ = story.text.partition(f"{mark} {place}")
            if cut and len(texts) < each:
                texts.append(head + cut)
        if all(len(texts) == each for texts in found.values()):
            return {
                place: [text for mark in marks for text in found[place, mark]]
                for place in places
            }
    raise ValueError(f"each must be found in {stories} stories, got {each}")


class InContext(NamedTuple):
    """One word in texts of two contexts, at every depth of a model."""

    flat: Float[np.ndarray, "depth samples 2"]  # of vectors brought to length 1
    within: list[float]  # mean cosine of two of one context
    between: list[float]  # of two of different contexts


def in_context(
    streams: Float[np.ndarray, "samples depth width"],
    first: Bool[np.ndarray, " samples"],
) -> InContext:
    """What a picture shows of a word's vectors, and how far its contexts lie apart.

    Args:
      streams: The vector at the word, for each text and depth.
      first: Which texts have the first of the two contexts.
    """
    vectors = jnp.asarray(streams)
    within, between = cosines_by_group(vectors, jnp.asarray(first))
    return InContext(np.asarray(_flat(vectors)), within.tolist(), between.tolist())


@jax.jit
def _flat(
    streams: Float[Array, "samples depth width"],
) -> Float[Array, "depth samples 2"]:
    return jax.vmap(lambda vectors: pca(unit(vectors))[0], in_axes=1)(streams)


def findings_on_contexts(
    seen: Mapping[str, InContext],
) -> tuple[dict[str, str], dict[str, bool]]:
    """How far apart a word's two contexts are, beside words of one meaning.

    Args:
      seen: What was seen of *bank*, first, and of the control words.

    Returns:
      Texts by name, and what the page says without a number.
    """
    bank, (*controls,) = seen["bank"], (word for word in seen if word != "bank")
    gaps = {
        word: one.within[ATTENTION_4] - one.between[ATTENTION_4]
        for word, one in seen.items()
    }
    furthest = set(np.argsort(bank.between)[:2].tolist())
    return {
        "n_bank": count(bank.flat.shape[1]),
        "bank_early": decimal(bank.between[AFTER_FIRST], 3),
        "between_3": decimal(bank.between[ATTENTION_3]),
        "within_3": decimal(bank.within[ATTENTION_3]),
        "between_4": decimal(bank.between[ATTENTION_4]),
        "within_4": decimal(bank.within[ATTENTION_4]),
        "hill_within": decimal(seen["hill"].within[ATTENTION_4]),
        "hill_between": decimal(seen["hill"].between[ATTENTION_4]),
        **{f"gap_{word}": decimal(gap) for word, gap in gaps.items()},
    }, {
        "at first all are one vector": abs(bank.between[0] - 1) < 1e-5,
        "furthest apart after attention 3 and 4": furthest
        == {ATTENTION_3, ATTENTION_4},
        "a control splits more": max(gaps[word] for word in controls) > gaps["bank"],
    }
