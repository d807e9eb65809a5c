"""What a model would say halfway, and what it costs to leave a part out."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from sbt_jax import architecture
from sbt_jax.architecture import Config, Model, logit_lens, without
from sbt_jax.shipped.stories import StoryModel, encode_story, word_tokens
from sbt_jax.shipped.streams import last_streams, trace_story
from sbt_jax.world.words import BOYS, GIRLS

Guess = tuple[str, float, bool]  # a token, its probability, whether it came


class Lens(NamedTuple):
    """The best guess after each token of a text, at the start and after each block."""

    tokens: list[str]  # what was read, the mark before the text included
    rows: list[list[Guess]]  # for each of them a guess at each depth
    loss: float  # of the model on the text, in nats a token
    streams: Float[np.ndarray, "depth time width"]  # after each sublayer


def lens_on_text(reader: StoryModel, text: str) -> Lens:
    """The logit lens on one text.

    Args:
      reader: The model.
      text: A text of at least one token.

    Raises:
      ValueError: If the text is empty, or does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> lens = lens_on_text(story_model("small"), "Once upon a")
      >>> lens.tokens[-1], [name for name, *_ in lens.rows[-1]]
      (' a', [' a', ' a', ' time'])
    """
    ids, table = encode_story(reader.tokenizer, text), reader.tokenizer.token_bytes
    if len(ids) < 2:
        raise ValueError(f"text must not be empty, got {text!r}")
    names = [token.decode(errors="replace") for token in table]
    streams = np.asarray(trace_story(reader, text).streams)
    said = _said(reader.model, streams[::2], reader.config.epsilon)
    said = np.asarray(said).swapaxes(0, 1)
    rows = [
        [(names[g := int(p.argmax())], float(p[g]), g == came) for p in depths]
        for depths, came in zip(said, [*ids[1:], -1], strict=True)
    ]
    came = said[np.arange(len(ids) - 1), -1, ids[1:]]
    return Lens([names[i] for i in ids], rows, float(-np.log(came).mean()), streams)


@functools.partial(jax.jit, static_argnames="epsilon")
def _said(
    model: Model, streams: Float[Array, "*batch width"], epsilon: float
) -> Float[Array, "*batch vocab"]:
    return jax.nn.softmax(logit_lens(model, streams, epsilon=epsilon))


class Step(NamedTuple):
    """What the stream at the last token says after one part, and what it did there."""

    guess: str  # the likeliest next token
    p: float  # its probability
    turn: float | None  # degrees by which the part turned the stream; none at the start
    looks: list[str]  # of an attention: at which token each head looks most


def walk_on_text(reader: StoryModel, text: str) -> tuple[str, list[Step]]:
    """The last token of a text on its way through a model, part by part.

    Args:
      reader: The model.
      text: A text; without one, the mark before it walks alone.

    Returns:
      The token, and a step for the embedding and for each part of each block.

    Raises:
      ValueError: If the text does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> token, steps = walk_on_text(story_model("small"), "Once upon a")
      >>> token, steps[-1].guess, len(steps), len(steps[1].looks)
      (' a', ' time', 5, 4)
    """
    ids, table = encode_story(reader.tokenizer, text), reader.tokenizer.token_bytes
    names = [table[i].decode(errors="replace") for i in ids]
    seen = trace_story(reader, text)
    stream = np.asarray(seen.streams)[:, -1]
    said = np.asarray(_said(reader.model, stream, reader.config.epsilon))
    first = np.asarray(seen.attention)[:, :, -1].argmax(-1)
    unit = stream / np.linalg.norm(stream, axis=-1, keepdims=True)
    turns = np.degrees(np.arccos(np.clip((unit[1:] * unit[:-1]).sum(-1), -1, 1)))
    steps = []
    for depth, p in enumerate(said):
        heads = first[depth // 2] if depth % 2 else []
        steps.append(
            Step(
                table[int(p.argmax())].decode(errors="replace"),
                float(p.max()),
                float(turns[depth - 1]) if depth else None,
                [names[i] for i in heads],
            )
        )
    return names[-1], steps


def holder_preferred(
    reader: StoryModel, text: str, holder: int
) -> Bool[np.ndarray, "samples layers"]:
    """Whether each block puts the name of who holds a thing above the other one's.

    Args:
      reader: The model.
      text: A story of Anna and Tom, up to where the holder is to be named.
      holder: 0 if that is Anna, 1 if it is Tom.

    Returns:
      A row for each couple of friends that the world knows, told of in their place.

    Raises:
      ValueError: If the text does not fit the window, or ``holder`` is neither.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> holder_preferred(story_model("small"), "Anna and Tom saw", 0).shape
      (72, 2)
    """
    if holder not in (0, 1):
        raise ValueError(f"holder must be 0 or 1, got {holder!r}")
    couples = [
        (girl, boy)
        for i, girl in enumerate(GIRLS)
        for j, boy in enumerate(BOYS)
        if i % 2 != j % 2  # friends come from different halves
    ]
    told = [text.replace("Tom", boy).replace("Anna", girl) for girl, boy in couples]
    names = [
        [word_tokens(reader.tokenizer, f" {name}")[0] for name in couple]
        for couple in couples
    ]
    streams = last_streams(reader, told)[:, 2::2]
    said = _said(reader.model, streams, reader.config.epsilon)
    both = np.take_along_axis(np.asarray(said), np.array(names)[:, None], -1)
    return both.argmax(-1) == holder


class Halfway(NamedTuple):
    """The lens over whole stories, by depth: the start, and each block."""

    loss: Float[np.ndarray, " depth"]  # nats a token
    right: Float[np.ndarray, " depth"]  # share of guesses that came
    own: Float[np.ndarray, " depth"]  # share of guesses that repeat what was read


def lens_on_stories(reader: StoryModel, texts: Sequence[str]) -> Halfway:
    """How well a model's stream predicts whole stories, read halfway.

    Raises:
      ValueError: If there is no story, or one does not fit the window.

    Example:
      >>> from sbt_jax import world
      >>> from sbt_jax.shipped.stories import story_model
      >>> told = [story.text for story in world.stories(2, seed=7)]
      >>> print(lens_on_stories(story_model("small"), told).own[0])
      1.0
    """
    tokens, real = _padded(reader, texts)
    found = _lens(reader.model, reader.config, jnp.asarray(tokens))
    nats, guesses = (np.asarray(x).swapaxes(0, 1)[:, real] for x in found)
    return Halfway(
        nats.mean(1),
        (guesses == tokens[:, 1:][real]).mean(1),
        (guesses == tokens[:, :-1][real]).mean(1),
    )


@functools.partial(jax.jit, static_argnames="config")
def _lens(
    model: Model, config: Config, tokens: Int[Array, "batch time"]
) -> tuple[Float[Array, "batch depth _"], Int[Array, "batch depth _"]]:
    def one(row: Int[Array, " time"]) -> tuple[Array, Array]:
        streams = architecture.trace(model, config, row[:-1]).streams[::2]
        log_p = jax.nn.log_softmax(logit_lens(model, streams, epsilon=config.epsilon))
        came = jnp.take_along_axis(log_p, row[None, 1:, None], axis=-1)
        return -came[..., 0], log_p.argmax(-1)

    return jax.lax.map(one, tokens)


def story_loss(reader: StoryModel, texts: Sequence[str]) -> float:
    """What a token of some whole stories costs a model, in nats.

    Raises:
      ValueError: If there is no story, or one does not fit the window.
    """
    return float(_loss(reader.model, reader.config, *_padded(reader, texts)))


def losses_without(
    reader: StoryModel, texts: Sequence[str]
) -> dict[tuple[str, int], float]:
    """The loss without each ``attention``, ``mlp`` and ``block``, counted from 0.

    Raises:
      ValueError: If there is no story, or one does not fit the window.
    """
    held = _padded(reader, texts)
    return {
        (part, i): float(_loss(without(reader.model, i, part), reader.config, *held))
        for part in ("attention", "mlp", "block")
        for i in range(reader.config.layers)
    }


@functools.partial(jax.jit, static_argnames="config")
def _loss(
    model: Model,
    config: Config,
    tokens: Int[Array, "batch time"],
    real: Bool[Array, "batch _"],
) -> Float[Array, ""]:
    log_p = jax.nn.log_softmax(architecture.forward(model, config, tokens[:, :-1]))
    came = jnp.take_along_axis(log_p, tokens[:, 1:, None], axis=-1)
    return -(came[..., 0] * real).sum() / real.sum()


def _padded(
    reader: StoryModel, texts: Sequence[str]
) -> tuple[Int[np.ndarray, "batch time"], Bool[np.ndarray, "batch _"]]:
    """Whole stories as rows of one length, and which tokens are to be said."""
    if not texts:
        raise ValueError(f"texts must not be empty, got {texts!r}")
    rows = [encode_story(reader.tokenizer, text, end=True) for text in texts]
    size, window = max(map(len, rows)) - 1, reader.config.window
    if size > window:
        raise ValueError(f"texts must fit a window of {window}, got {size}")
    tokens = np.zeros((len(rows), size + 1), np.int32)
    for i, row in enumerate(rows):
        tokens[i, : len(row)] = row
    real = np.arange(size) < np.array([[len(row) - 1] for row in rows])
    return tokens, real
