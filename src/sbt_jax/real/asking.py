"""What a published model says next, in one compiled program for many lengths.

Public names: :mod:`sbt_jax.real`.
"""

import functools
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks
from sbt_jax.architecture import Config, Model, forward
from sbt_jax.tokenization import Tokenizer, encode

SHORTEST = 32  # tokens; each compiled length is twice the one before
#: What the makers of SmolLM2 put before every talk.
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


def next_tokens(
    model: Model, config: Config, tokenizer: Tokenizer, text: str, count: int = 8
) -> list[tuple[str, float]]:
    """The likeliest tokens after a text.

    Args:
      model, config, tokenizer: From :func:`load`.
      text: Any text; what is written like a special token counts as text.
      count: How many.

    Returns:
      Tokens and their probabilities, the likeliest first.

    Raises:
      TypeError: If ``text`` is not a str, or ``count`` no int.
      ValueError: If ``text`` is empty or does not fit the window, or ``count`` is out
        of range.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=64)
      >>> model = init_model(jax.random.key(0), config)
      >>> len(next_tokens(model, config, Tokenizer(()), "ab", count=3))
      3
    """
    checks.text("text", text)
    checks.whole("count", count, 1, config.vocab_size)
    if not text:
        raise ValueError(f"text must not be empty, got {text!r}")
    log_p = log_probs(model, config, encode(tokenizer, text))[-1]
    best = np.argsort(-log_p, kind="stable")[:count]
    table = tokenizer.token_bytes
    return [
        (table[i].decode("utf-8", "replace"), float(np.exp(log_p[i]))) for i in best
    ]


def log_probs(
    model: Model, config: Config, ids: Sequence[int]
) -> Float[np.ndarray, "time vocab"]:
    """The log-probability of every token after each beginning of a text.

    Args:
      model, config: From :func:`load`.
      ids: The tokens of the text.

    Returns:
      Natural logarithms; row ``t`` has seen tokens ``0 … t``.

    Raises:
      TypeError: If ids are not integers.
      ValueError: If there is none, one is out of range, or they do not fit the window.

    Example:
      >>> from sbt_jax.architecture import init_model
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=64)
      >>> model = init_model(jax.random.key(0), config)
      >>> log_probs(model, config, [97, 98, 99]).shape
      (3, 256)
    """
    row = checks.row("ids", ids, config.vocab_size)
    if not 1 <= len(row) <= config.window:
        raise ValueError(f"ids must be 1 to {config.window}, got {len(row)}")
    room = SHORTEST
    while room < len(row):
        room *= 2
    # What follows a token does not change what is said after it.
    padded = np.zeros(min(room, config.window), np.int32)
    padded[: len(row)] = row
    return np.asarray(_log_probs(model, config, jnp.asarray(padded)))[: len(row)]


@functools.partial(jax.jit, static_argnames="config")
def _log_probs(
    model: Model, config: Config, tokens: Int[Array, " time"]
) -> Float[Array, "time vocab"]:
    return jax.nn.log_softmax(forward(model, config, tokens))


def chat(tokenizer: Tokenizer, question: str, system: str = SYSTEM) -> list[int]:
    """The tokens of a question in the template of SmolLM2, up to where it answers.

    Only the marks of the template are special tokens: one that is typed is text.

    Args:
      tokenizer: From :func:`load`.
      question: What the user says.
      system: What the makers say before.

    Returns:
      The ids.

    Raises:
      TypeError: If an argument is no str.
      ValueError: If the tokenizer has no such marks.

    Example:
      >>> from sbt_jax.tokenization import decode
      >>> tokenizer = Tokenizer((), ("<|im_start|>", "<|im_end|>"))
      >>> print(decode(tokenizer, chat(tokenizer, "Hi!", system="Be kind.")))
      <|im_start|>system
      Be kind.<|im_end|>
      <|im_start|>user
      Hi!<|im_end|>
      <|im_start|>assistant
      <BLANKLINE>
    """
    checks.text("question", question)
    checks.text("system", system)
    marks = tokenizer.special_ids
    if not {"<|im_start|>", "<|im_end|>"} <= set(marks):
        raise ValueError(f"tokenizer must have the marks of a chat, got {[*marks]}")
    ids = []
    for who, words in (("system", system), ("user", question)):
        ids += [marks["<|im_start|>"], *encode(tokenizer, f"{who}\n{words}")]
        ids += [marks["<|im_end|>"], *encode(tokenizer, "\n")]
    return [*ids, marks["<|im_start|>"], *encode(tokenizer, "assistant\n")]
