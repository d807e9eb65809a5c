"""Stories of the base corpus as rows of tokens, to train on."""

import numpy as np

from sbt_jax import checks, training, world
from sbt_jax.shipped.stories import encode_story
from sbt_jax.tokenization import Tokenizer


def story_rows(
    tokenizer: Tokenizer, count: int, start: int = 0, length: int = 256
) -> training.Rows:
    """Stories of the base corpus, packed whole into rows of tokens.

    Args:
      tokenizer: The tokenizer of the world.
      count: How many stories.
      start: How many to leave out first.
      length: Tokens a row.
    """
    told = world.stories(count, start=start)
    sequences = (encode_story(tokenizer, story.text, end=True) for story in told)
    return training.pack(sequences, length)


def rows_at(rows: training.Rows, batch: int, step: int) -> training.Batch:
    """The batch of a step: the next rows, and the first ones after the last.

    Example:
      >>> rows = training.pack([[1, 2], [3, 4], [5, 6]], length=2)
      >>> rows_at(rows, batch=2, step=1).tokens
      array([[5, 6],
             [1, 2]], dtype=int32)
    """
    checks.whole("batch", batch, 1)
    checks.whole("step", step)
    at = (step * batch + np.arange(batch)) % len(rows.tokens)
    segments = rows.segments[at]
    return training.Batch(rows.tokens[at], segments > 0, segments)


def frequency_loss(rows: training.Rows) -> float:
    """What a token costs somebody who only knows how common each is, in nats.

    Example:
      >>> rows = training.pack([[1, 2], [1, 2]], length=2)
      >>> round(frequency_loss(rows), 3)
      0.693
    """
    counts = np.bincount(rows.tokens[rows.segments > 0])
    share = counts[counts > 0] / counts.sum()
    return float(-(share * np.log(share)).sum())
