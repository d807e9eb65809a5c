"""Stories: the tokenizer of the world, and the two models that the book is about.

``python -m sbt_jax.recipes stories`` reads the base corpus of the story world, learns
the tokenizer, trains *small* and *main* on it, measures the weights as they are
shipped, and ships them with their cards. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import jax

from sbt_jax import checkpoints, tokenization, training, world
from sbt_jax.architecture import Config, parameter_count
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.measures import measure_gap, story_entropy
from sbt_jax.shipped.rows import rows_at, story_rows
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.shipped.writing import story_validity
from sbt_jax.tokenization import Tokenizer

RECIPE = "sbt_jax.recipes.stories"
READS = ("world",)
MAKES = ("tokenizer", "small", "main")
VOCABULARY = 1024
# One id each, kept free by the base corpus, for the formats of later chapters.
NAMED = (
    world.END,
    "<user>",
    "<model>",
    "<system>",
    "<think>",
    "</think>",
    "<call>",
    "</call>",
    "<result>",
    "</result>",
    "<rule>",
    "<good>",
    "<bad>",
    "<step>",
    "<pad>",
    "<mask>",
)
SPECIAL_TOKENS = NAMED + tuple(f"<spare {i}>" for i in range(1, 33 - len(NAMED)))


class Plan(NamedTuple):
    """What one model is, and what it reads."""

    config: Config
    settings: training.Settings
    batch: int  # rows a step
    marks: tuple[int, ...] = ()  # updates after which the weights are kept in ``work``


def make_config(width: int, layers: int, mlp: int) -> Config:
    """Four heads, the book's vocabulary, a window of 256 tokens."""
    return Config(VOCABULARY, width, layers, heads=4, mlp=mlp, window=256)


PLANS = {
    "small": Plan(
        make_config(width=64, layers=2, mlp=160),
        training.Settings(4400, learning_rate=5e-3, warmup=100, dtype="float32"),
        batch=4,
    ),
    "main": Plan(
        make_config(width=128, layers=4, mlp=352),
        training.Settings(21_500, learning_rate=4e-3, warmup=200, dtype="float32"),
        batch=8,
        marks=(0, 160, 320, 640, 1280, 2560, 4000, 6400, 9600, 12_800, 16_000, 21_500),
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    stories: int = world.BASE_STORIES
    held_out: int = 1000
    samples: int = 1000
    vocabulary: int = VOCABULARY
    row: int = 256  # tokens a row
    plans: dict[str, Plan] = dataclasses.field(default_factory=lambda: PLANS)


def learn_tokenizer(sizes: Sizes) -> Tokenizer:
    """Chapter 2's tokenizer, trained on the base corpus."""
    texts = (story.text for story in world.stories(sizes.stories))
    merges = sizes.vocabulary - 256 - len(SPECIAL_TOKENS)
    return tokenization.train(texts, merges, SPECIAL_TOKENS)


def corpus_rows(tokenizer: Tokenizer, sizes: Sizes) -> training.Rows:
    """The base corpus in rows of tokens, each story whole."""
    return story_rows(tokenizer, sizes.stories, length=sizes.row)


def train_one(
    name: str, tokenizer: Tokenizer, rows: training.Rows, sizes: Sizes, work: Path
) -> dict[str, Any]:
    """Train a model on the first rows, save it, measure what was saved."""
    plan = sizes.plans[name]
    floor = story_entropy(tokenizer, sizes.held_out).per_token
    model, losses = training.train(
        jax.random.key(0),
        plan.config,
        plan.settings,
        functools.partial(rows_at, rows, plan.batch),
        snapshot=lambda step, weights: checkpoints.save(
            work / f"{name}-{step}.npz", weights, plan.config
        ),
        snapshot_at=plan.marks,
        save=work / f"{name}.state.npz",
        floor=floor,
    )
    checkpoints.save(work / f"{name}.npz", model, plan.config)
    as_shipped = StoryModel(checkpoints.as_shipped(model), plan.config, tokenizer)
    return {
        "parameters": sum(parameter_count(plan.config).values()),
        "tokens": int(plan.settings.steps * plan.batch * sizes.row),
        "last_loss": round(float(losses[-100:].mean()), 4),
        **measure_gap(as_shipped, sizes.held_out),
        **story_validity(as_shipped, sizes.samples, seed=0),
    }


def count_facts(sizes: Sizes) -> dict[str, int]:
    """How many facts the base corpus states often, once, and never."""
    counts = world.stated(story.text for story in world.stories(sizes.stories))
    facts = [(name, a) for name in world.people() for a in ("town", "trade", "pet")]
    times = Counter(counts[fact] for fact in facts)
    return {
        "facts": len(facts),
        "stated once": times[1],
        "stated never": times[0],
        "held out": 3 * len(world.held_out()),
        "most often": max(counts.values(), default=0),
    }


def make(run: Run) -> None:
    """Learn and train what is not yet there, and ship it."""
    sizes, work = run.sizes, run.work
    tokenizer = learn_tokenizer(sizes)
    made_of = checkpoints.digest(repr(tokenizer.spec()))
    inputs = run.inputs | {"tokenizer": made_of}
    rows = corpus_rows(tokenizer, sizes)
    work.mkdir(parents=True, exist_ok=True)
    tokenization.save(tokenizer, work / "stories_tokenizer.json")
    run.ship(
        "stories_tokenizer.json",
        "The tokenizer of the story world, learned from the base corpus.",
        seeds=(world.BASE_SEED,),
        inputs=inputs,
        held_out=count_facts(sizes),
    )
    for name, plan in sizes.plans.items():
        key = {
            "inputs": inputs,
            "config": dataclasses.asdict(plan.config),
            "settings": dataclasses.asdict(plan.settings),
            "sizes": [plan.batch, sizes.stories, sizes.row],
            "measured on": [sizes.held_out, sizes.samples],
            "marks": plan.marks,
        }
        measured = run.depending(None).remembered(
            name, key, train_one, name, tokenizer, rows, sizes, work
        )
        what = f"The {name} model of the book, trained on the base corpus."
        run.ship(f"{name}.npz", what, seeds=(0,), inputs=inputs, held_out=measured)
