"""What a model answers to passages, for pages: always the likeliest token."""

from collections.abc import Sequence

import numpy as np

from sbt_jax import alignment, checks, tokenization
from sbt_jax.rag import within
from sbt_jax.shipped.reading import BLOCKS, _likeliest
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.world import notes

ANSWER = 40  # tokens of an answer, at most


def laid(
    reader: StoryModel, passages: Sequence[str], question: str
) -> tuple[list[int], int]:
    """The ids of a prompt, and how many of the passages fit into it.

    The first passages are kept. A question that is too long is cut.

    Args:
      reader: Whose window and tokenizer count.
      passages: The best first.
      question: What is asked about them.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> ids, fit = laid(story_model("small"), ["Tom is here."] * 99, "Who is it?")
      >>> len(ids) <= 256 - ANSWER, fit < 99
      (True, True)
    """
    encode, ids_of = alignment.encode_parts, reader.tokenizer.special_ids
    room = reader.config.window - ANSWER
    asked = encode(reader.tokenizer, [notes.said(notes.USER, question)])[: room // 2]
    parts = [
        encode(reader.tokenizer, [notes.said(notes.NOTE, passage)])
        for passage in passages
    ]
    fit = within([len(part) for part in parts], room - len(asked) - 2)
    told = [token for part in parts[:fit] for token in part]
    return [ids_of[notes.END], *told, *asked, ids_of[notes.MODEL]], fit


def goes_on(
    reader: StoryModel, prompts: Sequence[Sequence[int]], most: int = ANSWER
) -> list[str]:
    """What a model says after each prompt, up to a mark.

    Args:
      reader: The model.
      prompts: Ids; at most eight, which are read side by side.
      most: Tokens of each, at most.

    Raises:
      ValueError: If there are too many prompts, or one is too long.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> small = story_model("small")
      >>> prompt, _ = laid(small, ["Tom is here."], "Who is here?")
      >>> len(goes_on(small, [prompt], most=2))
      1
    """
    rows = np.zeros((BLOCKS[0], reader.config.window), np.int32)
    checks.whole("prompts", len(prompts), 1, len(rows))
    marks = set(reader.tokenizer.special_ids.values())
    texts = [list(prompt) for prompt in prompts]
    going = list(range(len(texts)))
    for _ in range(checks.whole("most", most)):
        for at in going:
            if len(texts[at]) >= rows.shape[1]:
                raise ValueError(f"prompts must leave room, got {len(texts[at])} ids")
            rows[at, : len(texts[at])] = texts[at]
        says = np.asarray(_likeliest(reader.model, reader.config, rows))
        for at in list(going):
            token = int(says[at, len(texts[at]) - 1])
            if token in marks:
                going.remove(at)
            else:
                texts[at].append(token)
        if not going:
            break
    return [
        tokenization.decode(reader.tokenizer, text[len(prompt) :]).strip()
        for text, prompt in zip(texts, prompts, strict=True)
    ]


def answers(
    reader: StoryModel, cases: Sequence[tuple[Sequence[str], str]]
) -> list[str]:
    """What the reader says to passages and a question, each."""
    return goes_on(reader, [laid(reader, *case)[0] for case in cases])
