"""What stories cost a model, and how far it is from the entropy."""

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, checks, world
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens
from sbt_jax.tokenization import Tokenizer


class Entropy(NamedTuple):
    """What stories cost who knows the world: nats, exact for these stories."""

    per_word: float
    per_token: float
    words: int
    tokens: int


def story_entropy(
    tokenizer: Tokenizer, count: int, seed: int = world.HELD_OUT_SEED
) -> Entropy:
    """The entropy floor on held-out stories.

    Example:
      >>> from sbt_jax.shipped.stories import story_tokenizer
      >>> floor = story_entropy(story_tokenizer(), 50)
      >>> 0.4 < floor.per_token < floor.per_word < 0.6
      True
    """
    told = list(world.stories(count, seed))
    nats = -sum(story.log_probability for story in told)
    words = sum(len(world.split(story.text)) + 1 for story in told)
    tokens = sum(len(encode_story(tokenizer, s.text, end=True)) - 1 for s in told)
    return Entropy(nats / words, nats / tokens, words, tokens)


def story_surprise(
    reader: StoryModel, texts: Sequence[str]
) -> list[Float[np.ndarray, " time"]]:
    """What each token of whole stories costs the model, in nats.

    Args:
      reader: The model.
      texts: Whole stories.

    Returns:
      For each story one number a token, from its first to ``<end>``.

    Raises:
      TypeError: If ``texts`` is one string, which would be read as its letters.
      ValueError: If a story does not fit the window.
    """
    texts = checks.words("texts", texts)
    sequences = [encode_story(reader.tokenizer, text, end=True) for text in texts]
    window = reader.config.window
    found: list[np.ndarray] = []
    block = 32
    for start in range(0, len(sequences), block):
        part = sequences[start : start + block]
        if max(map(len, part)) > window + 1:
            longest = max(map(len, part)) - 1
            raise ValueError(f"texts must fit a window of {window}, got {longest}")
        longest = -(-max(map(len, part)) // 64) * 64  # few shapes to compile
        length = min(window, longest)
        tokens = np.zeros((block, length + 1), np.int32)
        for row, ids in enumerate(part):
            tokens[row, : len(ids)] = ids
        nats = np.asarray(_surprise(reader.model, reader.config, jnp.asarray(tokens)))
        found += [nats[row, : len(ids) - 1] for row, ids in enumerate(part)]
    return found


def word_costs(
    reader: StoryModel, texts: Sequence[str]
) -> list[Float[np.ndarray, " places"]]:
    """What each word of whole stories costs the model, in nats, the end included.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> (story,) = world.stories(1, seed=7)
      >>> (costs,) = word_costs(story_model(), [story.text])
      >>> len(costs) == len(world.split(story.text)) + 1
      True
    """
    found = []
    for text, nats in zip(texts, story_surprise(reader, texts), strict=True):
        words = [*world.split(text), world.END]
        sizes = [len(word_tokens(reader.tokenizer, word)) for word in words]
        found.append(np.add.reduceat(nats, np.cumsum([0, *sizes[:-1]])))
    return found


def word_marks(text: str) -> list[tuple[str, str, float]]:
    """Each word of a whole story, what it takes to know it, its true probability.

    Raises:
      ValueError: If the story is not of this world.

    Example:
      >>> (story,) = world.stories(1, seed=7)
      >>> word_marks(story.text)[1]
      (' Sunday', 'choice', 0.14285714285714285)
    """
    reading, marks = world.begin(), []
    for word in [*world.split(text), world.END]:
        after = reading.after(word)
        if after is None:
            raise ValueError(f"text must be of this world, got {word!r} in {text!r}")
        marks.append((word, after.skill, after.probability))
        reading = reading.read([word])
    return marks


@functools.partial(jax.jit, static_argnames="config")
def _surprise(
    model: Model, config: Config, tokens: Int[Array, "batch time"]
) -> Float[Array, "batch _"]:
    logits = architecture.forward(model, config, tokens[:, :-1])
    log_p = jax.nn.log_softmax(logits)
    return -jnp.take_along_axis(log_p, tokens[:, 1:, None], axis=-1)[..., 0]


def measure_gap(
    reader: StoryModel, count: int = 1000, seed: int = world.HELD_OUT_SEED
) -> dict[str, Any]:
    """Loss on held-out stories and its gap to the entropy, in nats.

    The gap a word is the Kullback–Leibler divergence of the model's distribution
    from the world's, estimated on these stories; ``gap_error`` is its standard error.
    """
    told = list(world.stories(count, seed))
    floor = story_entropy(reader.tokenizer, count, seed)
    costs = [nats.sum() for nats in story_surprise(reader, [s.text for s in told])]
    gaps = np.array(
        [cost + s.log_probability for cost, s in zip(costs, told, strict=True)]
    )
    per_story = floor.words / count
    return {
        "loss_per_word": round(float(sum(costs)) / floor.words, 4),
        "loss_per_token": round(float(sum(costs)) / floor.tokens, 4),
        "entropy_per_word": round(floor.per_word, 4),
        "entropy_per_token": round(floor.per_token, 4),
        "gap_per_word": round(float(gaps.sum()) / floor.words, 4),
        "gap_error": round(float(gaps.std() / np.sqrt(count)) / per_story, 4),
        "stories": count,
    }
