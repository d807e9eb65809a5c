"""Multimodality: a projector that feeds drawn digits to the frozen main model.

Run by :mod:`sbt_jax.recipes.multimodality`. Sums are asked as stories ask them; one of
the two numbers is drawn, and only the answer is learned from.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checkpoints, multimodality
from sbt_jax.multimodality import Projector, init_projector, read_with, to_word
from sbt_jax.multimodality.captions import NUMBERS
from sbt_jax.recipes.multimodality.asking import ASKED, TOLD, Asked, texts
from sbt_jax.recipes.multimodality.learning import learn, of_seed
from sbt_jax.shipped.pictures import HIDDEN, Digits, digits
from sbt_jax.shipped.stories import StoryModel, word_tokens
from sbt_jax.world.words import NUMBERS as COUNTED

FIRST, SECOND = range(2, 7), range(1, 6)  # what stories add


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    seeds: tuple[int, ...] = (0, 1)
    steps: int = 200
    rate: float = 5e-3
    rows: int = 32
    texts: int = 24  # of each kind that ask
    searched: int = 12_000  # stories that they are taken from
    asked: int = 300  # sums with both numbers drawn


class Table(NamedTuple):
    """What the loss reads and what stays: main, texts, words and digits."""

    model: Any
    tokens: Array
    places: Array
    word: Array  # the token of each number
    images: Array  # digits, those of one class after those of another
    starts: Array  # where the digits of each class begin, and how many there are
    counts: Array


def table(reader: StoryModel, asked: Asked, known: Digits) -> Table:
    """Everything as arrays."""
    names = COUNTED[: 2 * 6]
    word = [word_tokens(reader.tokenizer, f" {name}")[0] for name in names]
    order = np.argsort(known.labels, kind="stable")
    counts = np.bincount(known.labels, minlength=10)
    return Table(
        jax.tree.map(jnp.asarray, reader.model),
        jnp.asarray(asked.tokens),
        jnp.asarray(asked.places),
        jnp.asarray(word),
        jnp.asarray(known.images[order].reshape(len(order), -1), jnp.float32),
        jnp.asarray(np.cumsum(counts) - counts),
        jnp.asarray(counts),
    )


def draw(key: Any, given: Table, rows: int) -> Any:
    """Texts with other numbers, and a digit for each number."""
    keys = jax.random.split(key, 5)
    row = jax.random.randint(keys[0], (rows,), 0, len(given.tokens))
    first = jax.random.randint(keys[1], (rows,), FIRST[0], FIRST[-1] + 1)
    second = jax.random.randint(keys[2], (rows,), SECOND[0], SECOND[-1] + 1)
    both = jnp.stack([first, second], 1)
    which = (jax.random.uniform(keys[3], (rows, 2)) * given.counts[both]).astype(int)
    pictures = given.images[given.starts[both] + which]
    one = jax.random.bernoulli(keys[4], 0.5, (rows,))
    return given.tokens[row], given.places[row], both, pictures, one


def asked_of(
    projector: Projector,
    given: Table,
    config: Any,
    tokens: Int[Array, " time"],
    places: Int[Array, " 3"],
    both: Int[Array, " 2"],
    pictures: Float[Array, "2 pixels"],
    shown: Any,
) -> Float[Array, " vocab"]:
    """Logits of the answer, with pictures where ``shown`` says so."""
    vocab = given.model.embedding.shape[0]
    vectors = to_word(projector, pictures)
    put = jnp.where(shown, vocab + jnp.arange(2), given.word[both])
    tokens = tokens.at[places[:2]].set(put)
    logits = read_with(given.model, config, tokens, vectors)
    return logits[places[2] - 1]


@functools.cache
def loss_of(config: Any, rows: int) -> Any:
    """Surprise at the answer, with one of the two numbers drawn."""

    def loss(projector: Projector, key: Any, given: Table) -> Any:
        tokens, places, both, pictures, one = draw(key, given, rows)
        shown = jnp.stack([one, ~one], 1)
        each = jax.vmap(
            functools.partial(asked_of, projector, given, config),
        )
        logits = each(tokens, places, both, pictures, shown)
        right = given.word[both.sum(1)]
        return -jnp.take_along_axis(
            jax.nn.log_softmax(logits), right[:, None], axis=1
        ).mean()

    return loss


@functools.partial(jax.jit, static_argnames=("config", "rows"))
def _right(
    projector: Projector, given: Table, key: Any, config: Any, rows: int, shown: Any
) -> Array:
    tokens, places, both, pictures, _ = draw(key, given, rows)
    each = jax.vmap(functools.partial(asked_of, projector, given, config))
    logits = each(tokens, places, both, pictures, jnp.tile(shown, (rows, 1)))
    return (logits.argmax(1) == given.word[both.sum(1)]).mean()


def watch(reader: StoryModel, given: Table, sizes: Sizes) -> Any:
    """How often an answer is right with both numbers drawn, by seed."""
    both = jnp.array([True, True])

    def found(models: Any) -> list[float]:
        key = jax.random.key(77)
        seeds = range(len(models.hidden))
        return [
            round(
                float(
                    _right(
                        of_seed(models, i), given, key, reader.config, sizes.asked, both
                    )
                ),
                4,
            )
            for i in seeds
        ]

    return found


def nearest(reader: StoryModel, projector: Projector, held: Digits) -> dict[str, Any]:
    """Of unseen digits: is the nearest number word the right one, and how near?"""
    names = COUNTED[1:11]
    ids = [word_tokens(reader.tokenizer, f" {name}")[0] for name in names]
    table = jnp.asarray(reader.model.embedding)
    words = table[np.array(ids)]
    kept = (held.labels >= 1) & (held.labels <= 6)
    pictures = jnp.asarray(held.images[kept].reshape(kept.sum(), -1))
    vectors = to_word(projector, pictures)
    cosines = np.asarray(multimodality.cosines(vectors, words))
    labels = held.labels[kept] - 1
    own = cosines[np.arange(len(labels)), labels]
    sizes = [np.linalg.norm(x, axis=1).mean() for x in (vectors, words)]
    whole = np.asarray(multimodality.cosines(vectors, table))
    return {
        "right": round(float((cosines.argmax(1) == labels).mean()), 4),
        "of_all": round(float((whole.argmax(1) == np.array(ids)[labels]).mean()), 4),
        "cosine": round(float(own.mean()), 4),
        "length": round(float(sizes[0] / sizes[1]), 3),
    }


def logistic(known: Digits, held: Digits) -> float:
    """How many unseen digits a single matrix tells apart: what the pixels give away."""
    x = known.images.reshape(len(known.images), -1)
    y = held.images.reshape(len(held.images), -1)
    goal = np.eye(10)[known.labels]
    weights = np.linalg.lstsq(
        np.c_[x, np.ones(len(x))], goal - goal.mean(0), rcond=None
    )[0]
    return float(
        ((np.c_[y, np.ones(len(y))] @ weights).argmax(1) == held.labels).mean()
    )


def subtracted(
    reader: StoryModel, projector: Projector, sizes: Sizes, held: Digits
) -> dict[str, Any]:
    """Stories that take away, which no training saw, with a digit for what is taken."""
    asked = texts(reader, TOLD, sizes.texts, sizes.searched)
    given = table(reader, asked, held)
    plain = encode_number_words(reader)
    rng = np.random.default_rng(3)
    rows: dict[str, list[bool]] = {"words": [], "drawn": []}
    for ids, places, values in zip(*asked, strict=True):
        pick = rng.choice(np.flatnonzero(held.labels == values[1]))
        picture = held.images[pick].reshape(-1)
        for kind in rows:
            logits = _told(
                projector,
                given,
                reader.config,
                jnp.asarray(ids),
                jnp.asarray(places),
                jnp.asarray(picture, jnp.float32),
                jnp.asarray(kind == "drawn"),
            )
            said = np.asarray(logits)[plain].argmax()
            rows[kind].append(bool(said == values[2]))
    return {
        "texts": len(asked.tokens),
        **{kind: round(float(np.mean(hits)), 4) for kind, hits in rows.items()},
    }


def encode_number_words(reader: StoryModel) -> list[int]:
    """Tokens of zero to twelve inside a sentence."""
    return [word_tokens(reader.tokenizer, f" {name}")[0] for name in COUNTED[:10]]


@functools.partial(jax.jit, static_argnames="config")
def _told(
    projector: Projector,
    given: Table,
    config: Any,
    tokens: Array,
    places: Array,
    picture: Array,
    shown: Array,
) -> Array:
    vocab = given.model.embedding.shape[0]
    vectors = to_word(projector, picture)[None]
    put = jnp.where(shown, vocab, tokens[places[1]])
    logits = read_with(given.model, config, tokens.at[places[1]].set(put), vectors)
    return logits[places[2] - 1]


def train(work: Path, reader: StoryModel, sizes: Sizes) -> dict[str, Any]:
    """The projectors; their weights are left in ``work``."""
    asked = texts(reader, ASKED, sizes.texts, sizes.searched)
    given = table(reader, asked, digits())
    held = digits(held_out=True)
    unseen = table(reader, asked, held)
    width = reader.model.embedding.shape[1]
    start = functools.partial(
        init_projector, pixels=given.images.shape[1], mlp=HIDDEN, width=width
    )
    marks = [m for m in (0, 25, 50, 75, 100, 150) if m < sizes.steps]
    models, losses, seen = learn(
        "sums",
        start,
        loss_of(reader.config, sizes.rows),
        (given,),
        sizes.seeds,
        sizes.steps,
        sizes.rate,
        watch(reader, unseen, sizes),
        marks,
    )
    found: list[dict[str, Any]] = []
    for i, seed in enumerate(sizes.seeds):
        model = checkpoints.as_shipped(of_seed(models, i))
        checkpoints.save(work / f"projector-{seed}.npz", model, sizes)
        shown = {"both": [True, True], "first": [True, False], "words": [False, False]}
        found.append(
            {
                kind: round(
                    float(
                        _right(
                            model,
                            unseen,
                            jax.random.key(99),
                            reader.config,
                            sizes.asked,
                            jnp.array(which),
                        )
                    ),
                    4,
                )
                for kind, which in shown.items()
            }
            | {
                "nearest": nearest(reader, model, held),
                "subtraction": subtracted(reader, model, sizes, held),
            }
        )
    return {
        "texts": len(asked.tokens),
        "numbers": len(NUMBERS),
        "loss": losses.mean(1)[:: max(1, sizes.steps // 40)].round(4).tolist(),
        "rise": {str(step): shares for step, shares in seen.items()},
        "seeds": found,
        "pixels": round(logistic(digits(), held), 4),
    }
