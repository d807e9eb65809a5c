"""A sparse autoencoder of the main model, and the model with a feature changed."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from sbt_jax import checks, world
from sbt_jax.architecture import logit_lens
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.interpretability import (
    Sae,
    SaeConfig,
    features_of,
    init_sae,
    says_with,
    stream_after,
)
from sbt_jax.shipped.stories import (
    StoryModel,
    decode_story,
    encode_story,
    word_tokens,
)

DATA_FILES = ("interpretability_sae.npz",)
DEPTH = 2  # blocks after which it reads the stream


@functools.cache
def story_features() -> tuple[Sae, SaeConfig]:
    """The shipped autoencoder of *main*'s stream after its second block.

    Example:
      >>> sae, config = story_features()
      >>> sae.decode.shape, config.keep
      ((512, 128), 8)
    """
    path = data_file("interpretability_sae.npz")
    config = SaeConfig(**read_config(path))
    build = functools.partial(init_sae, config=config)
    return load(path, jax.eval_shape(build, jax.random.key(0))), config


class Felt(NamedTuple):
    """What fires in a text, and what the model says after it, changed or not."""

    texts: list[str]  # of the tokens; the mark of the beginning has none
    fired: Float[np.ndarray, "time features"]
    at: int  # the token on which the feature is changed; 0 if it fires nowhere
    plain: Float[np.ndarray, " vocab"]
    changed: Float[np.ndarray, " vocab"]


def with_feature(
    reader: StoryModel, text: str, feature: int, times: float = 0.0
) -> Felt:
    """Read a text with one feature multiplied on the last word that it marks strongly.

    That is the last one on which it fires at least half as strongly as anywhere here.

    Args:
      reader: The main model.
      text: The beginning of a story.
      feature: The number of the feature.
      times: By how much it is multiplied: 0 switches it off, 1 leaves it.

    Raises:
      ValueError: If there is no such feature, or the text does not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> felt = with_feature(story_model("main"), "Once upon a", 0)
      >>> felt.texts, felt.fired.shape
      (['', 'Once', ' upon', ' a'], (4, 512))
    """
    sae, config = story_features()
    checks.whole("feature", feature, 0, config.features - 1)
    checks.number("times", times)
    ids = encode_story(reader.tokenizer, text)
    window = reader.config.window
    if len(ids) > window:
        raise ValueError(f"text must fit a window of {window} tokens, got {len(ids)}")
    room = min(-(-len(ids) // 64) * 64, window)  # few shapes to compile
    tokens = np.zeros(room, np.int32)
    tokens[: len(ids)] = ids
    size = len(ids)
    both = _changed(
        *(reader.model, reader.config, sae, config, tokens, size, feature, times)
    )
    fired, at, plain, changed = (np.asarray(x) for x in both)
    table = reader.tokenizer.token_bytes
    texts = [table[i].decode(errors="replace") for i in ids]
    return Felt(["", *texts[1:]], fired[:size], int(at), plain, changed)


@functools.partial(jax.jit, static_argnames=("config", "sizes"))
def _changed(
    model: Any,
    config: Any,
    sae: Sae,
    sizes: SaeConfig,
    tokens: Any,
    size: Any,
    feature: Any,
    times: Any,
) -> Any:
    stream = stream_after(model, config, tokens)[DEPTH]
    fired = features_of(sae, sizes, stream)
    places = jnp.arange(len(tokens))
    own = jnp.where((places > 0) & (places < size), fired[:, feature], 0.0)
    strong = (own > 0) & (own >= own.max() / 2)
    at = jnp.where(strong, places, 0).max()
    more = (times - 1) * own[at] * sae.decode[feature]
    nothing = jnp.zeros((config.layers + 1, *stream.shape))
    says = functools.partial(says_with, model, config, tokens, at=size - 1)
    plain, changed = says(nothing), says(nothing.at[DEPTH, at].set(more))
    return fired, at, jax.nn.softmax(plain), jax.nn.softmax(changed)


def write_pushed(
    reader: StoryModel, text: str, feature: int, strength: float, count: int = 30
) -> str:
    """Let the model write its likeliest words, a feature added at every position.

    Args:
      reader: The main model.
      text: The beginning of a story.
      feature: The number of the feature.
      strength: How much of its direction is added after the second block.
      count: Tokens at most; the end of the story ends it.

    Returns:
      What comes after the beginning.

    Raises:
      ValueError: If there is no such feature, or text and count do not fit 128 tokens.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> write_pushed(story_model("main"), "Once upon a", 0, 0.0, count=2)
      ' time there'
    """
    sae, config = story_features()
    checks.whole("feature", feature, 0, config.features - 1)
    checks.number("strength", strength)
    checks.whole("count", count, 1)
    ids = encode_story(reader.tokenizer, text)
    if len(ids) + count > ROOM:
        raise ValueError(f"text and count must fit {ROOM} tokens, got {len(ids)}")
    tokens = np.zeros(ROOM, np.int32)
    tokens[: len(ids)] = ids
    way = strength * np.asarray(sae.decode[feature])
    end = ids[0]
    for at in range(len(ids), len(ids) + count):
        best = int(_likeliest(reader.model, reader.config, tokens, at, way))
        if best == end:
            break
        tokens[at] = best
    else:
        at += 1
    return decode_story(reader.tokenizer, tokens[len(ids) : at].tolist())


ROOM = 128


@functools.partial(jax.jit, static_argnames="config")
def _likeliest(model: Any, config: Any, tokens: Any, size: Any, way: Any) -> Any:
    nothing = jnp.zeros((config.layers + 1, ROOM, config.width))
    added = nothing.at[DEPTH].set(way)
    return says_with(model, config, tokens, added, at=size - 1).argmax()


def copied_cell(
    reader: StoryModel, pair: Mapping[str, Any], place: int, depth: int
) -> tuple[list[str], list[float]]:
    """What follows one story if a word of another is copied into it.

    Args:
      reader: The main model.
      pair: ``clean``, that is copied from, and ``other``, that is copied into; what is
        ``right`` and ``wrong`` after the clean one.
      place: The token that is copied.
      depth: After how many blocks.

    Returns:
      The tokens of the clean story, and how likely the right and the wrong word are.

    Raises:
      ValueError: If there is no such token or depth, or the stories differ in length.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> pair = {"clean": "Once", "other": "One", "right": " there", "wrong": " day"}
      >>> copied_cell(story_model("main"), pair, 1, 0)[0]
      ['<end>', 'Once']
    """
    ids = [
        np.array(encode_story(reader.tokenizer, pair[k])) for k in ("clean", "other")
    ]
    checks.shaped("other", ids[1], ids[0].shape)
    checks.whole("place", place, 0, len(ids[0]) - 1)
    checks.whole("depth", depth, 0, reader.config.layers)
    clean, other = (_stream(reader.model, reader.config, x) for x in ids)
    added = jnp.zeros_like(other).at[depth, place].set((clean - other)[depth, place])
    p = jax.nn.softmax(_says(reader.model, reader.config, ids[1], added))
    words = [word_tokens(reader.tokenizer, pair[k])[0] for k in ("right", "wrong")]
    names = token_names(reader)
    return [names[i] for i in ids[0]], [float(p[i]) for i in words]


_stream = jax.jit(stream_after, static_argnames="config")
_says = jax.jit(says_with, static_argnames="config")


def promoting(reader: StoryModel, words: Sequence[str]) -> dict[str, int]:
    """For each word the feature whose direction alone would say it most strongly.

    Args:
      reader: The main model.
      words: With the space before them, each one token.

    Raises:
      ValueError: If a word is no single token.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> list(promoting(story_model("main"), [" Tom"]))
      [' Tom']
    """
    sae, _ = story_features()
    logits = np.asarray(_lens(reader.model, sae.decode))
    found = {}
    for word in words:
        ids = word_tokens(reader.tokenizer, word)
        if len(ids) != 1:
            raise ValueError(f"words must be one token each, got {word!r}")
        found[word] = int(logits[:, ids[0]].argmax())
    return found


_lens = jax.jit(logit_lens)


def says_alone(reader: StoryModel, count: int = 3) -> list[list[str]]:
    """The words that each feature's direction would say if nothing else stood there.

    Args:
      reader: The main model.
      count: Words of each.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> len(says_alone(story_model("main")))
      512
    """
    checks.whole("count", count, 1)
    sae, _ = story_features()
    logits = np.asarray(_lens(reader.model, sae.decode))
    names = token_names(reader)
    best = np.argsort(-logits, axis=1, kind="stable")[:, :count]
    return [[names[i].strip() or "␣" for i in row] for row in best]


def token_names(reader: StoryModel) -> list[str]:
    """Every token as text, the mark of an end by its name.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> len(token_names(story_model("main")))
      1024
    """
    table = reader.tokenizer
    special = {i: name for name, i in table.special_ids.items()}
    return [
        special.get(i) or piece.decode(errors="replace")
        for i, piece in enumerate(table.token_bytes)
    ]


def impossible_end(text: str) -> str:
    """The end of a text, from the first word on that no story of the world has there.

    Example:
      >>> impossible_end("Once there was Tom")
      ' Tom'
      >>> impossible_end("Once there was")
      ''
    """
    words = world.split(text)
    reading = world.read(words)
    return "" if reading.impossible is None else "".join(words[len(reading.words) :])
