"""Hiding single positions from single heads, and what the model says then."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import architecture, checks
from sbt_jax.architecture import Block, Config, Model, gated_mlp, logit_lens, rms_norm
from sbt_jax.attention import Heads, attention_weights, mix, read_heads, write_heads
from sbt_jax.shipped.predictions import next_words
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.shipped.streams import trace_story

TOGETHER = 64  # cuts computed side by side


def cut_looks(
    reader: StoryModel,
    ids: Sequence[int],
    cuts: Bool[np.ndarray, "samples layers heads keys"],
) -> Float[np.ndarray, "samples vocab"]:
    """What a model says after a text, if its last position may not look somewhere.

    What is cut gets the score minus infinity, so that the other weights of that head
    grow until they sum to 1 again. All earlier positions stay as they are.

    Args:
      reader: The model.
      ids: The tokens of the text.
      cuts: For each try, True where a head of a layer may not look.

    Returns:
      The logits of the next token for each try.

    Raises:
      ValueError: If the shapes do not fit, or the last position is hidden from
        itself.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> nothing = np.zeros((1, 2, 4, 3), bool)
      >>> cut_looks(story_model("small"), [0, 300, 301], nothing).shape
      (1, 1024)
    """
    config, time = reader.config, len(ids)
    checks.row("ids", ids, config.vocab_size)
    if not 1 <= time <= config.window:
        raise ValueError(f"ids must fit a window of {config.window}, got {time}")
    checks.kind("cuts", cuts, "booleans")
    expected = (config.layers, config.heads, time)
    if cuts.ndim != 4 or cuts.shape[1:] != expected:
        raise ValueError(f"cuts must end in {expected}, got {cuts.shape}")
    if cuts[..., -1].any():
        raise ValueError(f"cuts must spare the last position, got {cuts[..., -1]}")
    room = min(-(-time // 64) * 64, config.window)  # few shapes to compile
    tokens = np.zeros(room, np.int32)
    tokens[:time] = ids
    wide = np.zeros((-(-len(cuts) // TOGETHER) * TOGETHER, *expected[:2], room), bool)
    wide[: len(cuts), ..., :time] = cuts
    logits = _cut(reader.model, config, jnp.asarray(tokens), time - 1, wide)
    return np.asarray(logits)[: len(cuts)]


class Looks(NamedTuple):
    """Who looks at whom in a text, and what the model says after it."""

    texts: list[str]  # of the tokens; the mark of the beginning has none
    weights: Float[np.ndarray, "layers heads time time"]
    p: Float[np.ndarray, " vocab"]  # of the next token
    says: str  # the likeliest next word


def looks_in_story(reader: StoryModel, text: str) -> Looks:
    """Where every head looks in the beginning of a story.

    Args:
      reader: The model.
      text: The beginning of a story.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> looks = looks_in_story(story_model("small"), "Once upon a")
      >>> looks.texts
      ['', 'Once', ' upon', ' a']
      >>> looks.says
      'time'
    """
    table, seen = reader.tokenizer.token_bytes, trace_story(reader, text)
    pieces = [table[i].decode() for i in encode_story(reader.tokenizer, text)]
    p = _softmax(np.asarray(seen.logits)[-1])
    words = next_words(reader, text)[1]
    says = max(words, key=words.__getitem__).strip()
    return Looks(["", *pieces[1:]], np.asarray(seen.attention), p, says)


def say_without(
    reader: StoryModel,
    text: str,
    keys: Sequence[int],
    head: tuple[int, int] | None = None,
) -> Float[np.ndarray, " vocab"]:
    """What a model says next if its last position may not look at these places.

    Args:
      reader: The model.
      text: The beginning of a story.
      keys: The places that are hidden, 0 being the mark of the beginning.
      head: Layer and head that may not look, counted from 0; by default all.

    Raises:
      ValueError: If a place is not before the last one.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> p = say_without(story_model("small"), "Once upon a", [1])
      >>> p.shape, round(float(p.sum()), 3)
      ((1024,), 1.0)
    """
    ids = encode_story(reader.tokenizer, text)
    for key in keys:
        if not 0 <= key < len(ids) - 1:
            raise ValueError(f"keys must be in 0..{len(ids) - 2}, got {key}")
    cuts = np.zeros((1, reader.config.layers, reader.config.heads, len(ids)), bool)
    where = (slice(None), slice(None)) if head is None else head
    cuts[(0, *where, list(keys))] = True
    return _softmax(cut_looks(reader, ids, cuts)[0])


class Blind(NamedTuple):
    """What a model says next if something is hidden from its last position."""

    one: Float[np.ndarray, " vocab"]  # from one head alone
    every: Float[np.ndarray, " vocab"]  # from every head
    tokens: tuple[str, str]  # the likeliest token of each


def say_blind(
    reader: StoryModel, text: str, keys: Sequence[int], head: tuple[int, int]
) -> Blind:
    """What a model says next if one head, or no head, may look at these places.

    Args:
      reader: The model.
      text: The beginning of a story.
      keys: As for :func:`say_without`.
      head: Layer and head, counted from 0.

    Raises:
      ValueError: If a place is not before the last one.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> say_blind(story_model("small"), "Once upon a", [1], (0, 0)).tokens
      (' time', ' sunny')
    """
    one, every = (say_without(reader, text, keys, which) for which in (head, None))
    table = reader.tokenizer.token_bytes
    said = [table[int(p.argmax())].decode(errors="replace") for p in (one, every)]
    return Blind(one, every, (said[0], said[1]))


def _softmax(logits: Float[np.ndarray, "*batch vocab"]) -> np.ndarray:
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


@functools.partial(jax.jit, static_argnames="config")
def _cut(
    model: Model,
    config: Config,
    tokens: Int[Array, " time"],
    last: Int[Array, ""] | int,
    cuts: Bool[Array, "samples layers heads time"],
) -> Float[Array, "samples vocab"]:
    """One pass over the text, then only its last position for each try."""
    streams = architecture.trace(model, config, tokens).streams
    inputs = streams[: 2 * config.layers : 2]
    base, epsilon = config.rotary_base, config.epsilon

    def heads(block: Block, stream: Array, offset: Array | int) -> Heads:
        read = rms_norm(block.attention_norm, stream, epsilon)
        return read_heads(block.attention, read, offset, base=base)

    past = [heads(*pair, 0) for pair in zip(model.blocks, inputs, strict=True)]
    seen = jnp.append(jnp.arange(len(tokens)) < last, True)[None]

    def one(cut: Bool[Array, "layers heads time"]) -> Float[Array, " vocab"]:
        stream = model.embedding[tokens[last]][None]
        for block, before, hidden in zip(model.blocks, past, cut, strict=True):
            own = heads(block, stream, last)
            key = jnp.concatenate([before.key, own.key])
            value = jnp.concatenate([before.value, own.value])
            look = attention_weights(own.query, key, seen)
            kept = jnp.pad(~hidden, ((0, 0), (0, 1)), constant_values=True)
            look = jnp.where(kept[:, None], look, 0.0)
            look = look / look.sum(axis=-1, keepdims=True)
            stream = stream + write_heads(block.attention, mix(look, value))
            read = rms_norm(block.mlp_norm, stream, epsilon)
            stream = stream + gated_mlp(block.mlp, read)
        return logit_lens(model, stream, epsilon=epsilon)[0]

    return jax.lax.map(one, cuts, batch_size=TOGETHER)
