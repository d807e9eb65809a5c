r"""The projector: pictures as vectors that a language model reads in place of words.

Public names: :mod:`sbt_jax.multimodality`.
Source: Tsimpoukelli et al. (2021), arXiv:2106.13884, section 3 (the frozen model);
Liu et al. (2023), arXiv:2310.03744, section 3.2 (two layers).
"""

import dataclasses
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, forward
from sbt_jax.multimodality.contrast import cosines, unit


class Projector(NamedTuple):
    """Weights of a projector: two layers."""

    hidden: Float[Array, "pixels mlp"]
    hidden_bias: Float[Array, " mlp"]
    output: Float[Array, "mlp width"]
    output_bias: Float[Array, " width"]


def init_projector(key: PRNGKeyArray, pixels: int, mlp: int, width: int) -> Projector:
    """Random weights of a projector.

    What it gives starts small, so that most of it is what it learns.

    Args:
      key: Random key.
      pixels: Numbers of a picture.
      mlp: Hidden units.
      width: Of the language model.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1.

    Example:
      >>> projector = init_projector(jax.random.key(0), 64, 96, 128)
      >>> sum(leaf.size for leaf in projector)
      18656
    """
    for name, size in (("pixels", pixels), ("mlp", mlp), ("width", width)):
        checks.whole(name, size, 1)
    first, second = jax.random.split(key)
    return Projector(
        jax.random.normal(first, (pixels, mlp)) * math.sqrt(2 / pixels),
        jnp.zeros(mlp),
        0.1 * jax.random.normal(second, (mlp, width)) / math.sqrt(mlp),
        jnp.zeros(width),
    )


def to_word(
    projector: Projector, picture: Float[Array, "*batch pixels"]
) -> Float[Array, "*batch width"]:
    """The vector that stands for a picture where a word's would stand.

    Raises:
      ValueError: If the picture has another number of pixels.

    Example:
      >>> projector = init_projector(jax.random.key(0), 64, 96, 128)
      >>> print(to_word(projector, jnp.ones((2, 64))).shape)
      (2, 128)
    """
    checks.numbers(picture=picture)
    checks.shaped("picture", picture, (*picture.shape[:-1], len(projector.hidden)))
    hidden = jax.nn.relu(picture @ projector.hidden + projector.hidden_bias)
    return hidden @ projector.output + projector.output_bias


def read_with(
    model: Model,
    config: Config,
    tokens: Int[Array, "*batch time"],
    vectors: Float[Array, "words width"],
) -> Float[Array, "*batch time vocab"]:
    """Logits of a text in which some tokens are vectors that are no words.

    The vectors are rows at the end of the embedding table, for this one text: id
    ``vocab_size`` is the first of them. Nothing else of the model changes, and none of
    them can be an answer.

    Args:
      model: The weights.
      config: The sizes they were made with.
      tokens: Ids below ``vocab_size + len(vectors)``.
      vectors: What stands for the pictures.

    Returns:
      Logits over the words of the model.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If an id is unknown, or the vectors are of another width.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> word = read_with(model, config, jnp.array([65, 7]), jnp.zeros((0, 8)))
      >>> row = read_with(model, config, jnp.array([65, 256]), model.embedding[7:8])
      >>> bool(jnp.allclose(word, row, atol=1e-5))
      True
    """
    checks.numbers(vectors=vectors)
    checks.shaped("vectors", vectors, (None, config.width))
    table = jnp.concatenate([jnp.asarray(model.embedding), vectors])
    longer = dataclasses.replace(config, vocab_size=len(table))
    logits = forward(model._replace(embedding=table), longer, tokens)
    return logits[..., : config.vocab_size]


def at_cosine(
    key: PRNGKeyArray, vectors: Float[Array, "rows width"], cosine: float
) -> Float[Array, "rows width"]:
    """Other vectors of the same lengths, each at this cosine to its own.

    Args:
      key: Random key: the rest points anywhere.
      vectors: For example the embeddings of words.
      cosine: From 0 (nothing in common) to 1 (the same).

    Raises:
      ValueError: If ``cosine`` is not from 0 to 1.

    Example:
      >>> word = jnp.array([[3.0, 4.0, 0.0]])
      >>> other = at_cosine(jax.random.key(0), word, 0.6)
      >>> print(cosines(other, word).round(3), jnp.linalg.norm(other).round(3))
      [[0.6]] 5.0
    """
    checks.numbers(vectors=vectors)
    checks.number("cosine", cosine, 0, 1)
    size = jnp.linalg.norm(vectors, axis=-1, keepdims=True)
    own = unit(vectors)
    rest = jax.random.normal(key, vectors.shape)
    rest = unit(rest - (rest * own).sum(-1, keepdims=True) * own)
    return size * (cosine * own + math.sqrt(1 - cosine**2) * rest)


def nearest_words(
    vector: Float[Array, " width"], table: Float[Array, "words width"], count: int = 3
) -> list[tuple[int, float]]:
    """The rows of a table that point most where a vector does.

    Args:
      vector: For example what stands for a picture.
      table: Embeddings of some words.
      count: How many.

    Returns:
      Row and cosine, the nearest first.

    Raises:
      TypeError: If ``count`` is not whole.
      ValueError: If there are fewer rows, or the widths differ.

    Example:
      >>> nearest_words(jnp.array([1.0, 0.0]), jnp.array([[0.0, 2.0], [3.0, 0.0]]), 1)
      [(1, 1.0)]
    """
    checks.numbers(vector=vector, table=table)
    checks.shaped("vector", vector, (table.shape[-1],))
    checks.whole("count", count, 1, len(table))
    found = np.asarray(cosines(vector[None], table))[0]
    order = np.argsort(-found, kind="stable")[:count]
    return [(int(i), float(found[i])) for i in order]
