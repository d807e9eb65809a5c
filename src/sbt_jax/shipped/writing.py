"""Stories that a model writes, and how much of them the world could hold."""

import functools
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from sbt_jax import checks, tokenization, world
from sbt_jax.architecture import Config, Model, extend, init_cache
from sbt_jax.shipped.stories import StoryModel, encode_story

# Where a sentence of the world ends: before a capital or a quotation mark.
SENTENCE = re.compile(r'(?<=[.!?])"? (?=["A-Z])')


def generate_stories(
    reader: StoryModel,
    prompt: str = "",
    count: int = 1,
    temperature: float = 1.0,
    seed: int = 0,
    max_tokens: int | None = None,
) -> list[str]:
    """Let a model go on from a beginning, several times.

    Args:
      reader: The model.
      prompt: How each text begins. Spaces at its end are left out: every word of the
        world begins with its own, so that after one more none could follow.
      count: How many to write.
      temperature: Divides the logits; 0 takes the likeliest token each time.
      seed: The same seed writes the same.
      max_tokens: The most to add; by default all that the window holds.

    Returns:
      The texts, prompt included, up to the end of the story.

    Raises:
      TypeError: If an argument is of another type.
      ValueError: If the prompt does not fit, or a number is out of range.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> reader = story_model()
      >>> generate_stories(reader, "Once upon a", temperature=0.0, max_tokens=4)
      ['Once upon a time there was a']
    """
    checks.number("temperature", temperature, 0)
    checks.whole("count", count, 1)
    checks.whole("seed", seed, 0, 2**32 - 1)
    prompt = checks.text("prompt", prompt).rstrip(" ")
    ids = encode_story(reader.tokenizer, prompt)
    room = reader.config.window - len(ids)
    length = room if max_tokens is None else checks.whole("max_tokens", max_tokens)
    if not 0 <= length <= room:
        raise ValueError(
            f"prompt of {len(ids)} tokens leaves room for {room}, got {length}"
        )
    start = jnp.broadcast_to(jnp.array(ids), (count, len(ids)))
    end = reader.tokenizer.special_ids[world.END]
    key = jax.random.key(seed)
    new = np.asarray(
        _write(key, reader.model, reader.config, start, length, temperature, end)
    )
    texts = []
    for row in new:
        stop = np.flatnonzero(row == end)
        kept = row[: stop[0]] if len(stop) else row
        texts.append(prompt + tokenization.decode(reader.tokenizer, kept))
    return texts


@functools.partial(jax.jit, static_argnames=("config", "length", "end"))
def _write(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    start: Int[Array, "batch time"],
    length: int,
    temperature: Float[Array, ""] | float,
    end: int,
) -> Int[Array, "batch _"]:
    """Cached sampling, all rows side by side, ``length`` steps."""
    rows, time = start.shape
    logits, cache = extend(
        model, config, init_cache(config, (rows,), room=time + length), start
    )

    def step(carry: Any, key: PRNGKeyArray) -> tuple[Any, Array]:
        logits, cache = carry
        safe = jnp.where(temperature > 0, temperature, 1.0)
        drawn = jax.random.categorical(key, logits / safe)
        token = jnp.where(temperature > 0, drawn, logits.argmax(-1))
        logits, cache = extend(model, config, cache, token[:, None])
        return (logits[:, 0], cache), token

    keys = jax.random.split(key, length)
    _, tokens = jax.lax.scan(step, (logits[:, -1], cache), keys)
    return tokens.T


def story_validity(
    reader: StoryModel, count: int = 1000, seed: int = 0
) -> dict[str, Any]:
    """How much of what a model writes at temperature 1 could be of the world.

    A story is read up to its first impossible word, where truth ends: words and
    sentences before it are possible, that word and its sentence are not.
    """
    texts: list[str] = []
    for i in range(0, count, 100):
        texts += generate_stories(reader, count=min(100, count - i), seed=seed + i)
    words = sentences = whole = 0
    for text in texts:
        reading = world.read([*world.split(text), world.END])
        words += len(reading.words)
        kept = "".join(reading.words)
        sentences += len(SENTENCE.split(kept)) - (reading.impossible is not None)
        whole += reading.impossible is None
    slips = count - whole
    return {
        "possible_words": round(words / (words + slips), 5),
        "possible_sentences": round(sentences / (sentences + slips), 5),
        "possible_stories": round(whole / count, 4),
    }
