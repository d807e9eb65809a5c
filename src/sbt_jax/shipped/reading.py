"""Whether a model reads: answers about notes, right, wrong and refused."""

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Int

from sbt_jax import alignment, architecture, tokenization
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.tokenization import Tokenizer
from sbt_jax.world import notes
from sbt_jax.world.notes import Asked, Text

BLOCKS = (8, 64)  # texts that are read side by side: two shapes to compile


class Lesson(NamedTuple):
    """A text as ids, and where the answers of its questions are."""

    ids: list[int]
    answers: tuple[range, ...]  # places in ``ids``, one range a question
    told: tuple[int, ...]  # place where each note begins


class Answer(NamedTuple):
    """What a model says to one question."""

    asked: Asked
    notes: int  # how many stood before it
    distance: int  # tokens from the note that it rests on to the answer; 0 without
    right: bool
    refused: bool


def lesson(
    tokenizer: Tokenizer, text: Text, mark: str = notes.NOTE, window: int = 256
) -> Lesson:
    """Notes, questions and answers as ids.

    Args:
      tokenizer: The tokenizer of the world.
      text: What is told and asked. Questions that do not fit are left out.
      mark: What stands before each note.
      window: The most ids.

    Raises:
      ValueError: If the notes and one question do not fit.

    Example:
      >>> from sbt_jax.shipped.stories import story_tokenizer
      >>> one = notes.fact("town", "Maya Frost", "Kirby")
      >>> found = lesson(story_tokenizer(), Text((one.answer,), (one,)))
      >>> found.told, len(found.answers), found.ids[0] == found.ids[-1]
      ((1,), 1, True)
    """
    end = tokenizer.special_ids[notes.END]
    ids, told, answers = [end], list[int](), list[range]()
    for note in text.notes:
        told.append(len(ids))
        ids += alignment.encode_parts(tokenizer, [notes.said(mark, note)])
    for one in text.asked:
        turn = [notes.said(notes.USER, one.question), (notes.MODEL, "")]
        before = alignment.encode_parts(tokenizer, turn)
        after = tokenization.encode(tokenizer, notes.said(notes.MODEL, one.answer)[1])
        start = len(ids) + len(before)
        if start + len(after) >= window:
            break
        ids += [*before, *after]
        answers.append(range(start, start + len(after)))
    if len(answers) < min(1, len(text.asked)):
        raise ValueError(f"text must fit {window} tokens, got {text}")
    return Lesson([*ids, end], tuple(answers), tuple(told))


def read_notes(
    reader: StoryModel, texts: Sequence[Text], mark: str = notes.NOTE
) -> list[Answer]:
    """Ask everything that texts ask, each question after the right answers before it.

    An answer is right if the likeliest token is the right one all the way, the end
    included: then, and only then, the model would have written it.

    Args:
      reader: The model.
      texts: What is told and asked.
      mark: What stands before each note.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> one = notes.fact("town", "Maya Frost", "Kirby")
      >>> (said,) = read_notes(story_model("small"), [Text((one.answer,), (one,))])
      >>> said.notes, said.distance, said.right
      (1, 20, False)
    """
    window = reader.config.window
    lessons = [lesson(reader.tokenizer, text, mark, window) for text in texts]
    few, block = BLOCKS
    block = few if len(texts) <= few else block
    found: list[Answer] = []
    for start in range(0, len(texts), block):
        part = lessons[start : start + block]
        rows = np.zeros((block, window), np.int32)
        for row, one in zip(rows, part, strict=False):
            row[: len(one.ids)] = one.ids
        says = np.asarray(_likeliest(reader.model, reader.config, rows))
        for text, one, said in zip(texts[start:], part, says, strict=False):
            found += _answers(reader.tokenizer, text, one, said.tolist())
    return found


def _answers(
    tokenizer: Tokenizer, text: Text, one: Lesson, says: list[int]
) -> Iterator[Answer]:
    """What the likeliest next token at every place says to each question."""
    marks = set(tokenizer.special_ids.values())
    refuse = notes.said(notes.MODEL, notes.ABSENT)[1]
    refusal = tokenization.encode(tokenizer, refuse)[0]
    for asked, place in zip(text.asked, one.answers, strict=False):
        *said, after = says[place.start - 1 : place.stop]
        right = said == one.ids[place.start : place.stop] and after in marks
        far = [place.start - one.told[at] for at in asked.rests_on]
        refused = says[place.start - 1] == refusal
        yield Answer(asked, len(text.notes), max(far, default=0), right, refused)


@functools.partial(jax.jit, static_argnames="config")
def _likeliest(
    model: Model, config: Config, tokens: Int[Array, "batch time"]
) -> Int[Array, "batch time"]:
    return architecture.forward(model, config, jnp.asarray(tokens)).argmax(-1)
