"""The two letter counters: one transformer twice, by characters or by tokens."""

import functools
import re
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import tokenization
from sbt_jax.architecture import Config, Model, forward, init_model
from sbt_jax.checkpoints import data_file, load, read_config
from sbt_jax.tokenization import Tokenizer

DATA_FILES = (
    "letters_characters.npz",
    "letters_tokens.npz",
    "letters_tokenizer.json",
)
LETTER_KINDS = ("characters", "tokens")
LETTER_ANSWERS = "0123"  # the last one stands for three or more
LONGEST_WORD = 20  # letters
WORD = f"[a-z]{{1,{LONGEST_WORD}}}"


class LetterModel(NamedTuple):
    """A model that counts letters, and the tokenizer that it reads with."""

    model: Model
    config: Config
    tokenizer: Tokenizer


@functools.cache
def letter_models() -> dict[str, LetterModel]:
    """The shipped letter counters, by kind.

    Returns:
      ``characters`` reads one byte a token, ``tokens`` reads BPE tokens.
      Nothing else about them differs but the size of the embedding.

    Example:
      >>> {kind: len(m.tokenizer.merges) for kind, m in letter_models().items()}
      {'characters': 0, 'tokens': 2048}
    """
    tokenizer = tokenization.load(data_file("letters_tokenizer.json"))
    models = {}
    for kind in LETTER_KINDS:
        path = data_file(f"letters_{kind}.npz")
        config = Config(**read_config(path))
        build = functools.partial(init_model, config=config)
        shapes = jax.eval_shape(build, jax.random.key(0))
        reader = tokenizer.first(config.vocab_size - tokenizer.first(0).vocab_size)
        models[kind] = LetterModel(load(path, shapes), config, reader)
    return models


def count_letters(
    kind: str, words: Sequence[str], letters: Sequence[str]
) -> Float[np.ndarray, "batch 4"]:
    """How often the model thinks that each letter is in each word.

    Args:
      kind: ``characters`` or ``tokens``.
      words: Words of 1 to 20 letters a-z. Training saw 3 to 14.
      letters: For each word, the letter to count.

    Returns:
      Probabilities of 0, 1, 2, and 3 or more.

    Raises:
      ValueError: If an argument is not as above.

    Example:
      >>> p = count_letters("characters", ["statement", "statement"], ["t", "z"])
      >>> p.argmax(axis=1)
      array([3, 0])
    """
    if kind not in LETTER_KINDS:
        raise ValueError(f"kind must be one of {LETTER_KINDS}, got {kind!r}")
    if isinstance(words, str) or len(words) != len(letters):
        raise ValueError(f"words and letters must pair up, got {words!r}, {letters!r}")
    model, config, tokenizer = letter_models()[kind]
    pairs = zip(words, letters, strict=True)
    questions = [letter_question(tokenizer, word, letter) for word, letter in pairs]
    return letter_answer(model, config, questions)


def count_both(word: str, letter: str) -> Float[np.ndarray, "batch 4"]:
    """What each of the two models thinks, in the order of ``LETTER_KINDS``.

    Args:
      word: As for :func:`count_letters`.
      letter: The letter to count.

    Example:
      >>> count_both("statement", "t").argmax(axis=1)
      array([3, 3])
    """
    both = [count_letters(kind, [word], [letter]) for kind in LETTER_KINDS]
    return np.concatenate(both)


def letter_question(tokenizer: Tokenizer, word: str, letter: str) -> list[int]:
    """The tokens that ask how often a letter is in a word.

    The word, with the space that words have before them in text, a question
    mark and the letter, after which the model gives a digit.

    Raises:
      ValueError: If ``word`` is not 1 to 20 letters a-z, or ``letter`` not one.

    Example:
      >>> bytes(letter_question(Tokenizer(()), "tree", "e"))
      b' tree?e'
    """
    if not isinstance(word, str) or not re.fullmatch(WORD, word):
        raise ValueError(f"word must be 1 to {LONGEST_WORD} letters a-z, got {word!r}")
    if not isinstance(letter, str) or not re.fullmatch("[a-z]", letter):
        raise ValueError(f"letter must be one of a-z, got {letter!r}")
    return [*tokenization.encode(tokenizer, f" {word}"), ord("?"), ord(letter)]


def letter_answer(
    model: Model, config: Config, questions: Sequence[list[int]]
) -> Float[np.ndarray, "batch 4"]:
    """Probabilities of the four answers to each question.

    Args:
      model: The weights.
      config: The sizes they were made with.
      questions: Token ids from :func:`question`.

    Returns:
      The model's probabilities, with those of all but the answers left out.

    Raises:
      ValueError: If there is no question.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=24)
      >>> model = init_model(jax.random.key(0), config)
      >>> letter_answer(model, config, [list(b" tree?e")]).shape
      (1, 4)
    """
    if not questions:
        raise ValueError(f"questions must not be empty, got {questions!r}")
    block = min(1024, 1 << (len(questions) - 1).bit_length())  # few sizes to compile
    parts = []
    for start in range(0, len(questions), block):
        part = questions[start : start + block]
        tokens = np.zeros((block, config.window), np.int32)
        last = np.zeros(block, np.int32)
        for row, ids in enumerate(part):
            tokens[row, : len(ids)], last[row] = ids, len(ids) - 1
        p = _answers(model, config, jnp.asarray(tokens), jnp.asarray(last))
        parts.append(np.asarray(p)[: len(part)])
    return np.concatenate(parts)


@functools.partial(jax.jit, static_argnames="config")
def _answers(
    model: Model,
    config: Config,
    tokens: Int[Array, "batch time"],
    last: Int[Array, " batch"],
) -> Float[Array, "batch 4"]:
    """Read the digits' logits after the last token of each question."""

    def one(ids: Array, end: Array) -> Array:
        digits = jnp.array([ord(digit) for digit in LETTER_ANSWERS])
        return jax.nn.softmax(forward(model, config, ids)[end, digits])

    return jax.vmap(one)(tokens, last)
