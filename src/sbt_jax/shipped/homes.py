"""Where people live, as a model has it: the probability of each of the twelve towns.

Asked as stories ask, inside a talk, or as an assistant is asked; either way the answer
begins with *In*, and whole towns are scored: two of them begin with the same token.
"""

import functools
from collections.abc import Sequence

import jax
import numpy as np
from jaxtyping import Float

from sbt_jax import alignment, checks, tokenization
from sbt_jax.architecture import Model
from sbt_jax.shipped.stories import StoryModel, encode_story
from sbt_jax.tokenization import Tokenizer
from sbt_jax.world import formats
from sbt_jax.world.words import TOWNS

#: How stories come to ask it; the answer follows.
TALK = (
    "One sunny day Anna and Tom were in the barn. Anna had a red ball."
    ' "Where does {} live?" asked Anna. "In'
)
WAYS = ("story", "asked")
BLOCK = 96  # rows that are read side by side
LENGTHS = {"story": 56, "asked": 32}  # tokens of a row


def home_prompt(tokenizer: Tokenizer, name: str, way: str = "story") -> list[int]:
    """The tokens up to the *In* after which a town comes.

    Args:
      tokenizer: Of the story world.
      name: Who is asked about; any two words.
      way: ``story``, as characters ask each other, or ``asked``, as an assistant is.

    Raises:
      ValueError: If there is no such way.

    Example:
      >>> from sbt_jax.shipped.stories import story_tokenizer
      >>> tokenizer = story_tokenizer()
      >>> ids = home_prompt(tokenizer, "Nora Cole", "asked")
      >>> tokenization.decode(tokenizer, ids)
      '<end><user>Where does Nora Cole live?<model>In'
    """
    checks.text("name", name)
    if way not in WAYS:
        raise ValueError(f"way must be one of {WAYS}, got {way!r}")
    if way == "story":
        return encode_story(tokenizer, TALK.format(name))
    question = formats.prompt(f"Where does {name} live?")
    ids = alignment.encode_parts(tokenizer, question)
    return [*ids, *tokenization.encode(tokenizer, "In")]


def home_log_probs(
    reader: StoryModel, model: Model, names: Sequence[str], way: str = "story"
) -> Float[np.ndarray, "samples _"]:
    """What a model gives each town: natural logarithms, a row for each name.

    A town's probability is the product of those of its tokens; what is left for other
    words is not shared out, so a row adds up to a little less than 1.

    Args:
      reader: *Main*, for its sizes and its tokenizer.
      model: The weights that are asked.
      names: Who is asked about.
      way: As in :func:`home_prompt`.

    Example:
      >>> from sbt_jax.shipped.stories import story_model
      >>> main = story_model("main")
      >>> (row,) = home_log_probs(main, main.model, ["Maya Frost"])
      >>> TOWNS[row.argmax()]
      'Redhill'
    """
    names = checks.words("names", names)
    end = reader.tokenizer.special_ids[formats.END]
    towns = [tokenization.encode(reader.tokenizer, f" {town}") for town in TOWNS]
    pairs = [
        (home_prompt(reader.tokenizer, name, way), town)
        for name in names
        for town in towns
    ]
    found: list[np.ndarray] = []
    for start in range(0, len(pairs), BLOCK):
        part = pairs[start : start + BLOCK]
        full = [*part, *[part[-1]] * (BLOCK - len(part))]
        rows = alignment.rows_of(full, LENGTHS[way], end)
        found.append(np.asarray(_log_probs(model, reader.config, rows))[: len(part)])
    return np.concatenate(found).reshape(len(names), len(TOWNS)).astype(float)


_log_probs = functools.partial(
    jax.jit(alignment.log_probs, static_argnames="config"),
)
