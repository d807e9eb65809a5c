"""The next word: what the world knows, and what a model says."""

import functools
from collections.abc import Callable, Iterable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, checks, world
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens
from sbt_jax.tokenization import Tokenizer


def next_words(
    reader: StoryModel, text: str, extra: int = 4
) -> tuple[world.Reading, dict[str, float]]:
    """The next word after a text: what the world knows, what the model says.

    A word of several tokens has the product of their probabilities.

    Args:
      reader: The model.
      text: The beginning of a story.
      extra: How many of the model's likeliest tokens that no story has there
        are added.

    Returns:
      The world's reading of the text, and the model's probability of every word
      that may come and of the added ones.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> reading, p = next_words(story_model(), "Once upon a")
      >>> list(reading.next), p[" time"] > 0.99
      ([' time'], True)
    """
    checks.text("text", text)
    checks.whole("extra", extra)
    reading = world.read(text)
    start = encode_story(reader.tokenizer, text)
    ask = functools.partial(_next_probs, reader)
    p, first = word_probs(ask, reader, start, reading.next)
    taken = {word_tokens(reader.tokenizer, word)[0] for word in p}
    table = reader.tokenizer.token_bytes
    others = [i for i in np.argsort(-first, kind="stable") if i not in taken]
    for token in others[:extra]:
        p[table[token].decode(errors="replace")] = float(first[token])
    return reading, p


def next_token_truth(tokenizer: Tokenizer, text: str) -> Float[np.ndarray, " vocab"]:
    """The world's own probability of every token that may come next.

    Args:
      tokenizer: The tokenizer of the world.
      text: The beginning of a story.

    Raises:
      ValueError: If no story begins so.

    Example:
      >>> from sbt_jax.shipped.stories import story_tokenizer
      >>> truth = next_token_truth(story_tokenizer(), "Once upon a")
      >>> story_tokenizer().token_bytes[truth.argmax()], float(truth.max())
      (b' time', 1.0)
    """
    reading = world.TokenReading(
        world.begin(), functools.partial(word_tokens, tokenizer)
    ).read(encode_story(tokenizer, text)[1:])
    if reading.impossible is not None:
        raise ValueError(f"text must begin a story of the world, got {text!r}")
    truth = np.zeros(tokenizer.vocab_size)
    for token, p in reading.next.items():
        truth[token] = p
    return truth


def word_probs(
    next_probs: Callable[[Sequence[int]], Float[np.ndarray, " vocab"]],
    reader: StoryModel,
    start: Sequence[int],
    words: Iterable[str],
) -> tuple[dict[str, float], Float[np.ndarray, " vocab"]]:
    """Probability of whole words by any model of the next token.

    Args:
      next_probs: From tokens to the distribution of the next one.
      reader: Whose tokenizer spells the words.
      start: The tokens so far.
      words: What may come, with the spaces before them.

    Returns:
      The probability of each word, and the distribution of the first token.
    """
    first = np.asarray(next_probs(start))
    after: dict[tuple[int, ...], np.ndarray] = {(): first}
    found = {}
    for word in words:
        ids, p = word_tokens(reader.tokenizer, word), 1.0
        for i, token in enumerate(ids):
            if ids[:i] not in after:
                after[ids[:i]] = np.asarray(next_probs([*start, *ids[:i]]))
            p *= float(after[ids[:i]][token])
        found[word] = p
    return found, first


def _next_probs(reader: StoryModel, ids: Sequence[int]) -> np.ndarray:
    window = reader.config.window
    if len(ids) > window:
        raise ValueError(f"text must fit a window of {window} tokens, got {len(ids)}")
    padded = np.zeros(-(-len(ids) // 32) * 32, np.int32)
    padded[: len(ids)] = ids
    tokens, last = jnp.asarray(padded[:window]), jnp.array(len(ids) - 1)
    return np.asarray(_last_probs(reader.model, reader.config, tokens, last))


@functools.partial(jax.jit, static_argnames="config")
def _last_probs(
    model: Model, config: Config, tokens: Int[Array, " time"], last: Int[Array, ""]
) -> Float[Array, " vocab"]:
    return jax.nn.softmax(architecture.forward(model, config, tokens)[last])
