"""Two story models that write together: *small* guesses, *main* checks."""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks, tokenization
from sbt_jax.architecture import Config, Model, forward
from sbt_jax.inference import drawn, judge
from sbt_jax.shipped.stories import encode_story, story_model

DATA_FILES = ("small.npz", "main.npz", "stories_tokenizer.json")
ROOM = 96  # tokens of beginning and text together: one program for all lengths


class Together(NamedTuple):
    """Tokens after a beginning, what became of each, and how often main was asked."""

    pieces: list[tuple[str, str]]
    passes: int


def next_probs(name: str, text: str) -> Float[np.ndarray, " vocab"]:
    """What a story model says of the token after a text.

    Args:
      name: ``main`` or ``small``.
      text: The beginning of a story.

    Raises:
      ValueError: If it does not fit ``ROOM``.

    Example:
      >>> p = next_probs("main", "Once upon a")
      >>> round(float(p.max()), 2), round(float(p.sum()), 2)
      (1.0, 1.0)
    """
    ids = encode_story(story_model(name).tokenizer, text)
    return _probs(name, ids)[-1]


@functools.partial(jax.jit, static_argnames="config")
def _softmax(
    model: Model, config: Config, ids: Int[Array, " time"]
) -> Float[Array, "time vocab"]:
    return jax.nn.softmax(forward(model, config, ids))


def _probs(name: str, ids: list[int]) -> Float[np.ndarray, "time vocab"]:
    """What a model says after each token."""
    if len(ids) > ROOM:
        raise ValueError(f"text must fit {ROOM} tokens, got {len(ids)}")
    model, config, _ = story_model(name)
    row = np.zeros(ROOM, np.int32)
    row[: len(ids)] = ids
    found = np.asarray(_softmax(model, config, jnp.asarray(row)), np.float64)
    return found[: len(ids)] / found[: len(ids)].sum(-1, keepdims=True)


def write_together(text: str, tokens: int, guesses: int = 4, seed: int = 0) -> Together:
    """Go on with a story: *small* draws guesses, *main* keeps, replaces or adds.

    The text is one that main alone could have drawn, with the same probability.

    Args:
      text: The beginning.
      tokens: After so many, no new round of guesses begins.
      guesses: How many are drawn before main is asked.
      seed: Of the draws.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is out of range, or the text gets too long.

    Example:
      >>> found = write_together("Once upon a", tokens=3, guesses=2)
      >>> found.pieces, found.passes
      ([(' time', 'kept'), (' there', 'kept'), (' was', 'added')], 1)
    """
    checks.text("text", text)
    checks.whole("tokens", tokens, 1)
    checks.whole("guesses", guesses, 1)
    chance = np.random.default_rng(checks.whole("seed", seed))
    tokenizer = story_model("main").tokenizer
    ids = encode_story(tokenizer, text)
    end, start = ids[0], len(ids)
    kinds: list[str] = []
    passes = 0
    while len(kinds) < tokens and end not in ids[start:]:
        told: list[int] = []
        drafts: list[np.ndarray] = []
        for _ in range(guesses):
            drafts.append(_probs("small", [*ids, *told])[-1])
            told.append(drawn(drafts[-1], chance.random()))
        p = _probs("main", [*ids, *told])[len(ids) - 1 :]
        found = judge(p, np.array(drafts), told, chance.random(guesses + 1))
        passes += 1
        ids += [*told[: found.kept], found.last]
        kinds += ["kept"] * found.kept
        kinds.append("replaced" if found.kept < guesses else "added")
    new = ids[start:]
    new = new[: new.index(end)] if end in new else new
    return Together(
        [
            (tokenization.decode(tokenizer, [i]), kind)
            for i, kind in zip(new, kinds, strict=False)
        ],
        passes,
    )
