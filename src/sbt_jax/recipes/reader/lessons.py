"""What the reader learns from: rows of notes with questions, and rows of stories."""

import dataclasses
import functools
import itertools
import random
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import tokenization, training, world
from sbt_jax.architecture import Model
from sbt_jax.shipped.reading import lesson
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import Batch
from sbt_jax.world import notes
from sbt_jax.world.notes import MIXES, MOST, PLAIN


class Stage(NamedTuple):
    """Texts that are read one after the other."""

    texts: int
    most: int  # notes of a text
    mixes: tuple[tuple[str, ...], ...]  # themes of a text
    absent: float  # the share of questions that no note answers


class Phase(NamedTuple):
    """One training, from the weights of the one before it."""

    stages: tuple[Stage, ...]
    steps: int
    rate: float
    marks: tuple[int, ...]  # steps at which it is watched, beside the last
    warmup: int = 50
    easy: float = 1.0  # how much a token counts that need not be looked up
    stories: int = 6000  # of the base corpus, from its start


#: It first learns to look up and to say that nobody told. Then half of the questions
#: have no answer, and half of these are of somebody whom another note names. At last it
#: reads all kinds of notes, up to ten.
PHASES = (
    Phase(
        (
            Stage(30_000, 6, PLAIN, 0.0),
            Stage(20_000, 6, PLAIN, 0.15),
            Stage(28_000, 6, PLAIN, 0.4),
            Stage(42_000, MOST, MIXES, 0.3),
        ),
        steps=13_000,
        rate=2e-3,
        marks=(0, 160, 320, 480, 640, 960, 1280, 1600, 1920, *range(2560, 13_000, 640)),
        warmup=100,
        stories=20_000,
    ),
    Phase(
        (Stage(50_000, 8, PLAIN, 0.5),),
        steps=4000,
        rate=2e-3,
        marks=tuple(range(320, 4000, 320)),
        easy=0.1,
    ),
    Phase(
        (Stage(50_000, MOST, PLAIN + MIXES, 0.4),),
        steps=4000,
        rate=1.5e-3,
        marks=tuple(range(500, 4000, 500)),
        easy=0.2,
    ),
)


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    model: str = "main"
    seeds: tuple[int, ...] = (0,)  # of the one that is shipped
    phases: tuple[Phase, ...] = PHASES
    short_seeds: tuple[int, ...] = (1, 2, 3)  # of the first phase alone
    short_steps: int = 2560
    rows: int = 8  # of each batch
    story_rows: int = 2  # of these
    numbers: tuple[int, ...] = (1, 2, 4, 6, 8, 10)  # of notes, when it is watched
    watched: int = 128  # texts for each number at a mark
    asked: int = 1000  # texts for each number at the end
    held_out: int = 1000
    samples: int = 1000


def note_rows(
    tokenizer: Tokenizer, phase: Phase, seed: int, length: int
) -> tuple[training.Rows, np.ndarray]:
    """Texts with notes in rows of tokens, and how much each of these counts.

    What is learned is what a model says and every mark, not what notes say: that is
    drawn anew each time. Most of it is easy: only the first word of an answer (is there
    a note?) and words that are not in the question have to be looked up. These count in
    full, all else as much as a token of a story. One note in four is told by the user
    instead of found.
    """
    rng = random.Random(f"marks {seed}")
    sequences, masks = [], []
    plan = (
        notes.texts(one.texts, seed, most=one.most, mixes=one.mixes, absent=one.absent)
        for one in phase.stages
    )
    for text in itertools.chain.from_iterable(plan):
        mark = notes.USER if rng.random() < 0.25 else notes.NOTE
        one = lesson(tokenizer, text, mark, length)
        counts = np.isin(one.ids, list(tokenizer.special_ids.values())).astype(int)
        for asked, places in zip(text.asked, one.answers, strict=False):
            said = one.ids[places.start : places.stop]
            question = notes.said(notes.USER, asked.question)[1]
            looked_up = ~np.isin(said, tokenization.encode(tokenizer, question))
            looked_up[0] = True
            counts[places.start : places.stop] = 1 + looked_up
        sequences.append(one.ids)
        masks.append(counts.tolist())
    packed = training.pack(sequences, length)
    weights = np.array([0.0, phase.easy, 1.0], np.float32)
    return packed, weights[training.pack(masks, length).tokens]


def lessons(
    tokenizer: Tokenizer, sizes: Sizes, phase: Phase, seed: int, length: int
) -> functools.partial[Batch]:
    """The batch of each step: rows of notes, and rows of stories."""
    told = story_rows(tokenizer, phase.stories, length=length)
    notes_of = note_rows(tokenizer, phase, seed, length)
    return functools.partial(_batch, notes_of, told, sizes, phase.easy)


def _batch(
    packed: tuple[training.Rows, np.ndarray],
    told: training.Rows,
    sizes: Sizes,
    easy: float,
    step: int,
) -> Batch:
    rows, learned = packed
    many = sizes.rows - sizes.story_rows
    about, story = rows_at(rows, many, step), rows_at(told, sizes.story_rows, step)
    at = (step * many + np.arange(many)) % len(learned)
    about = about._replace(asked=learned[at])
    story = story._replace(asked=np.float32(easy) * story.asked)
    return jax.tree.map(lambda a, b: np.concatenate([a, b]), about, story)


def apart(model: Model, tokenizer: Tokenizer, seed: int) -> Model:
    """The same weights, with reserved tokens that are no longer one and the same.

    Stories never use them, so that training has pushed all their rows the same way.
    Each gets a direction of its own, as long as an average row.
    """
    ids = [i for name, i in tokenizer.special_ids.items() if name != world.END]
    table = np.array(model.embedding)
    size = np.linalg.norm(table[: min(ids)], axis=1).mean() / np.sqrt(table.shape[1])
    drawn = np.random.default_rng(seed).normal(0, size, (len(ids), table.shape[1]))
    table[ids] = drawn.astype(np.float32)
    return model._replace(embedding=jnp.asarray(table))
