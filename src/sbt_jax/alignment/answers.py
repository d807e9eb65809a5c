"""Answers as tokens: rows, what the model gives them, and what it answers.

Public names: :mod:`sbt_jax.alignment`.
"""

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from sbt_jax import checks, tokenization
from sbt_jax.architecture import Cache, Config, Model, extend, forward, init_cache
from sbt_jax.tokenization import Tokenizer
from sbt_jax.world.formats import Parts

SHARED = 6  # tokens that are read at once before each prompt goes its own way


class Answers(NamedTuple):
    """Questions with answers, a row each; ``asked`` marks the tokens of the answers."""

    tokens: Int[Array, "batch time"]
    asked: Bool[Array, "batch time"]


def encode_parts(tokenizer: Tokenizer, parts: Parts) -> list[int]:
    """The tokens of marks and of the words after each.

    What is written like a mark in the words counts as text.

    Raises:
      ValueError: If the tokenizer has no such mark.

    Example:
      >>> tokenizer = Tokenizer((), ("<user>",))
      >>> encode_parts(tokenizer, [("<user>", "<a>")])
      [256, 60, 97, 62]
    """
    ids: list[int] = []
    for mark, words in parts:
        if mark not in tokenizer.special_ids:
            known = ", ".join(tokenizer.special_ids)
            raise ValueError(f"mark must be one of {known}, got {mark!r}")
        ids += [tokenizer.special_ids[mark], *tokenization.encode(tokenizer, words)]
    return ids


def rows_of(
    pairs: Sequence[tuple[Sequence[int], Sequence[int]]], length: int, fill: int
) -> Answers:
    """Prompts and answers as rows of one length.

    Args:
      pairs: Ids of each prompt, and of what is to be learned after it.
      length: Positions in a row.
      fill: The id that fills a row up.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If there is no pair, a prompt or an answer is empty, or one does not
        fit: the first token of a row has none before it that it could follow.

    Example:
      >>> rows_of([([1, 2], [3])], length=4, fill=0).asked
      Array([[False, False,  True, False]], dtype=bool)
    """
    if not len(pairs):
        raise ValueError("pairs must not be empty, got []")
    checks.whole("length", length, 1)
    checks.whole("fill", fill, 0, checks.MOST)
    tokens = np.full((len(pairs), length), fill, np.int32)
    asked = np.zeros((len(pairs), length), bool)
    for row, (prompt, answer) in enumerate(pairs):
        for name, part in (("prompts", prompt), ("answers", answer)):
            checks.row(f"{name}[{row}]", part)
        if not len(prompt):
            raise ValueError(f"prompts must not be empty, got {prompt!r} at {row}")
        if not len(answer):
            raise ValueError(f"answers must not be empty, got {answer!r} at {row}")
        size = len(prompt) + len(answer)
        if size > length:
            raise ValueError(f"rows must fit {length} tokens, got {size} at {row}")
        tokens[row, :size] = [*prompt, *answer]
        asked[row, len(prompt) : size] = True
    return Answers(jnp.asarray(tokens), jnp.asarray(asked))


def log_probs(model: Model, config: Config, answers: Answers) -> Float[Array, " batch"]:
    r"""Log-probability of each answer, given its question.

    .. math:: \log \pi(y | x) = \sum_t \log \pi(y_t | x, y_{<t})

    Raises:
      TypeError: If ids are not integers, or ``asked`` is not of booleans.
      ValueError: If the shapes differ, an id is out of range, or the first token of
        a row is asked for: it follows none.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> model = init_model(jax.random.key(0), config)
      >>> rows = rows_of([([1, 2], [3])], length=4, fill=0)
      >>> print(log_probs(model, config, rows).shape)
      (1,)
    """
    checks.known_ids("tokens", answers.tokens, config.vocab_size)
    checks.kind("asked", answers.asked, "booleans")
    checks.shaped("asked", answers.asked, answers.tokens.shape)
    traced = isinstance(answers.asked, jax.core.Tracer)
    if not traced and answers.asked[:, 0].any():
        raise ValueError("asked must leave out the first token, got True")
    logits = forward(model, config, answers.tokens[:, :-1])
    said = jax.nn.log_softmax(logits)
    targets = answers.tokens[:, 1:]
    own = jnp.take_along_axis(said, targets[..., None], -1)[..., 0]
    return jnp.where(answers.asked[:, 1:], own, 0.0).sum(-1)


def generate_answers(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    prompts: Int[Array, "batch time"],
    sizes: Int[Array, " batch"],
    length: int,
    stop: int,
    greedy: bool = False,
) -> Answers:
    """Answer many questions of different lengths side by side.

    Where a prompt goes on, its own token is taken; where it has ended, one is drawn.

    Args:
      key: Random key.
      model: The weights.
      config: The sizes they were made with.
      prompts: Ids, filled up to one length.
      sizes: How many of each row are the prompt, at least ``SHARED``.
      length: Positions in a row, prompt and answer together.
      stop: The id that ends an answer; it is a part of it.
      greedy: Whether to take the likeliest token instead of drawing one.

    Returns:
      The rows. Tested in ``tests/alignment/test_mechanism.py``.

    Raises:
      TypeError: If ids or sizes are not integers.
      ValueError: If an id, a size, ``length`` or ``stop`` is out of range.
    """
    checks.known_ids("prompts", prompts, config.vocab_size)
    checks.shaped("prompts", prompts, (None, None))
    checks.whole("length", length, max(SHARED, prompts.shape[1]), config.window)
    checks.whole("stop", stop, 0, config.vocab_size - 1)
    checks.known_ids("sizes", sizes, prompts.shape[1] + 1, low=SHARED)
    checks.shaped("sizes", sizes, (len(prompts),))
    return _generate(key, model, config, prompts, sizes, length, stop, greedy)


@functools.partial(jax.jit, static_argnames=("config", "length", "stop", "greedy"))
def _generate(
    key: PRNGKeyArray,
    model: Model,
    config: Config,
    prompts: Int[Array, "batch time"],
    sizes: Int[Array, " batch"],
    length: int,
    stop: int,
    greedy: bool,
) -> Answers:
    batch = len(prompts)
    given = jnp.full((batch, length), stop).at[:, : prompts.shape[1]].set(prompts)
    empty = init_cache(config, (batch,), room=length)
    logits, cache = extend(model, config, empty, given[:, :SHARED])
    state = _Said(
        jnp.asarray(SHARED),
        key,
        logits[:, -1],
        cache,
        given,
        jnp.zeros_like(given, bool),
        jnp.zeros(batch, bool),
    )

    def step(at: _Said) -> _Said:
        key, draw = jax.random.split(at.key)
        drawn = jax.random.categorical(draw, at.logits)
        drawn = at.logits.argmax(-1) if greedy else drawn
        own = at.count >= sizes
        token = jnp.where(own & ~at.ended, drawn, at.tokens[:, at.count])
        tokens = at.tokens.at[:, at.count].set(token)
        asked = at.asked.at[:, at.count].set(own & ~at.ended)
        ended = at.ended | (own & (token == stop))
        logits, cache = extend(model, config, at.cache, token[:, None])
        return _Said(at.count + 1, key, logits[:, 0], cache, tokens, asked, ended)

    end = jax.lax.while_loop(
        lambda at: (at.count < length) & ~at.ended.all(), step, state
    )
    return Answers(end.tokens, end.asked)


class _Said(NamedTuple):
    """What the loop of :func:`generate_answers` carries."""

    count: Any
    key: PRNGKeyArray
    logits: Float[Array, "batch vocab"]
    cache: Cache
    tokens: Int[Array, "batch time"]
    asked: Bool[Array, "batch time"]
    ended: Bool[Array, " batch"]


def texts_of(tokenizer: Tokenizer, answers: Answers) -> list[str]:
    """The words of each answer, without its end; marks inside stay visible.

    Raises:
      TypeError: If ids are not integers, or ``asked`` is not of booleans.
      ValueError: If an id is out of range, or the shapes differ.
    """
    checks.known_ids("tokens", answers.tokens, tokenizer.vocab_size)
    checks.kind("asked", answers.asked, "booleans")
    checks.shaped("asked", answers.asked, answers.tokens.shape)
    special = set(tokenizer.special_ids.values())
    found = []
    for tokens, asked in zip(*map(np.asarray, answers), strict=True):
        ids = tokens[asked].tolist()
        if ids and ids[-1] == tokenizer.special_ids.get("<end>"):
            ids = ids[:-1]
        pieces: list[Any] = []
        for i in ids:
            if i in special:
                pieces.append(tokenizer.token_bytes[i].decode())
            elif pieces and isinstance(pieces[-1], list):
                pieces[-1].append(i)
            else:
                pieces.append([i])
        found.append(
            "".join(
                p if isinstance(p, str) else tokenization.decode(tokenizer, p)
                for p in pieces
            )
        )
    return found


def padded(
    prompts: Sequence[Sequence[int]], length: int, fill: int
) -> tuple[Int[Array, "batch time"], Int[Array, " batch"]]:
    """Prompts as rows of one length, and how long each is.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If there is none, or one is too short or too long.
    """
    checks.whole("length", length, 1)
    checks.whole("fill", fill, 0, checks.MOST)
    for row, prompt in enumerate(prompts):
        checks.row(f"prompts[{row}]", prompt)
    sizes = [len(prompt) for prompt in prompts]
    if not sizes:
        raise ValueError("prompts must not be empty, got []")
    if not SHARED <= min(sizes) <= max(sizes) <= length:
        span = f"{min(sizes)} to {max(sizes)}"
        raise ValueError(f"prompts must have {SHARED} to {length} ids, got {span}")
    rows = np.full((len(prompts), length), fill, np.int32)
    for row, prompt in enumerate(prompts):
        rows[row, : len(prompt)] = prompt
    return jnp.asarray(rows), jnp.asarray(sizes)
