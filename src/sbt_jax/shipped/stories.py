"""The two story models, ready to encode and decode."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax

from sbt_jax import checks, tokenization, world
from sbt_jax.architecture import Config, Model, init_model
from sbt_jax.checkpoints import data_file, load, read_card, read_config
from sbt_jax.tokenization import Tokenizer

DATA_FILES = ("small.npz", "main.npz", "stories_tokenizer.json")
STORY_MODELS = ("small", "main")


class StoryModel(NamedTuple):
    """A model of the story world, and the tokenizer that it reads with."""

    model: Model
    config: Config
    tokenizer: Tokenizer


@functools.cache
def story_tokenizer() -> Tokenizer:
    """The tokenizer of the story world.

    Example:
      >>> story_tokenizer().vocab_size
      1024
    """
    return tokenization.load(data_file("stories_tokenizer.json"))


@functools.cache
def story_model(name: str = "main") -> StoryModel:
    """A shipped model: its int8 weights are the model everywhere in the book.

    Args:
      name: ``main`` or ``small``.

    Raises:
      ValueError: If there is no model of this name.

    Example:
      >>> story_model("small").config.layers, story_model("main").config.layers
      (2, 4)
    """
    if name not in STORY_MODELS:
        raise ValueError(f"name must be one of {STORY_MODELS}, got {name!r}")
    return load_story_model(data_file(f"{name}.npz"))


def load_story_model(path: Path) -> StoryModel:
    """A model of the story world from a checkpoint.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If it is damaged, or not the checkpoint of such a model.
    """
    config, tokenizer = Config(**read_config(path)), story_tokenizer()
    if config.vocab_size != tokenizer.vocab_size:
        sizes = f"expected {tokenizer.vocab_size} tokens, got {config.vocab_size}"
        raise ValueError(f"{path}: {sizes}")
    build = functools.partial(init_model, config=config)
    shapes = jax.eval_shape(build, jax.random.key(0))
    return StoryModel(load(path, shapes), config, tokenizer)


def encode_story(tokenizer: Tokenizer, text: str, end: bool = False) -> list[int]:
    """The tokens of a story, or of the beginning of one.

    Every story starts after the token ``<end>`` of the one before it.

    Args:
      tokenizer: The tokenizer of the world.
      text: The story. What is written like a special token counts as text.
      end: Whether the story is whole, so that ``<end>`` follows.

    Example:
      >>> tokenizer = story_tokenizer()
      >>> [tokenizer.token_bytes[i] for i in encode_story(tokenizer, "Once upon")]
      [b'<end>', b'Once', b' upon']
    """
    checks.text("text", text)
    mark = tokenizer.special_ids[world.END]
    ids = [mark, *tokenization.encode(tokenizer, text)]
    return [*ids, mark] if end else ids


def decode_story(tokenizer: Tokenizer, ids: Sequence[int]) -> str:
    """The text of a story's tokens, without the marks of its beginning and end.

    Example:
      >>> decode_story(story_tokenizer(), encode_story(story_tokenizer(), "Tom", True))
      'Tom'
    """
    mark = tokenizer.special_ids[world.END]
    return tokenization.decode(tokenizer, [i for i in ids if i != mark])


def word_tokens(tokenizer: Tokenizer, word: str) -> tuple[int, ...]:
    """The tokens of one word of the world, or of the end of a story."""
    if word == world.END:
        return (tokenizer.special_ids[world.END],)
    return tuple(tokenization.encode(tokenizer, word))


def measured_on_stories(name: str) -> dict[str, Any]:
    """What the card of a shipped model says of it.

    Example:
      >>> measured_on_stories("main")["gap_per_word"] < 0.01
      True
    """
    return read_card(data_file(f"{name}.npz")).held_out
