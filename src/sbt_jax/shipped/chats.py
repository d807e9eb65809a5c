"""What the reader answers in a chat, and how sure it is of the right answer."""

import functools
from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import architecture, checks, tokenization
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.tokenization import Tokenizer
from sbt_jax.world import notes
from sbt_jax.world.notes import Text

MOST = 16  # tokens of an answer: as many as are kept free for it


class Reply(NamedTuple):
    """What a model says to a question."""

    text: str
    p: float  # of the answer that is right


def message_cost(reader: StoryModel, text: str) -> int:
    """How many tokens a message has, its mark included.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> message_cost(story_model("small"), "The ball is under the bed.")
      9
    """
    return len(_ids(reader.tokenizer, [notes.said(notes.USER, text)]))


def reply(
    reader: StoryModel, messages: Sequence[str], question: str, right: str
) -> Reply:
    """The likeliest answer, token by token, and the probability of the right one.

    Args:
      reader: The model.
      messages: What it is sent of the chat, the oldest first.
      question: What is asked.
      right: The answer that is right; nothing where nobody told.

    Raises:
      TypeError: If ``messages`` is one text.
      ValueError: If messages, question and an answer do not fit the window.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> said = reply(story_model("small"), ["Tom is here."], "Where is Tom?", "")
      >>> 0 <= said.p <= 1
      True
    """
    tokenizer, window = reader.tokenizer, reader.config.window
    messages = tuple(checks.words("messages", messages))
    parts = notes.prompt(Text(messages, ()), question, notes.USER)
    ids = _ids(tokenizer, parts)
    if len(ids) + MOST > window:
        size = len(ids) + MOST
        raise ValueError(f"messages must fit {window} tokens, got {size}")
    marks, said = set(tokenizer.special_ids.values()), list[int]()
    while len(said) < MOST:
        best = int(_log_probs(reader, [*ids, *said])[-1].argmax())
        if best in marks:
            break
        said.append(best)
    words = notes.said(notes.MODEL, right or notes.ABSENT)[1]
    answer = tokenization.encode(tokenizer, words)[:MOST]
    log_p = _log_probs(reader, [*ids, *answer])[len(ids) - 1 :]
    chance = float(np.exp(sum(log_p[i, one] for i, one in enumerate(answer))))
    return Reply(tokenization.decode(tokenizer, said).strip(), chance)


def _ids(tokenizer: Tokenizer, parts: Sequence[tuple[str, str]]) -> list[int]:
    """Marks and the words after them."""
    marks, encode = tokenizer.special_ids, tokenization.encode
    return [i for mark, text in parts for i in (marks[mark], *encode(tokenizer, text))]


def _log_probs(reader: StoryModel, ids: Sequence[int]) -> np.ndarray:
    row = np.zeros(reader.config.window, np.int32)
    row[: len(ids)] = ids
    return np.asarray(_compiled(reader.model, reader.config, row))[: len(ids)]


@functools.partial(jax.jit, static_argnames="config")
def _compiled(
    model: Model, config: Config, row: Int[Array, " time"]
) -> Float[Array, "time vocab"]:
    return jax.nn.log_softmax(architecture.forward(model, config, row))
