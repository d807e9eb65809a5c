"""Assistants: lessons, tuning, asking and shipping, for all chapters that fine-tune.

A model learns to answer by low-rank adapters of weights that stay as they are. What is
shipped here is read on pages by :mod:`sbt_jax.shipped.assistants`. Used by
:mod:`sbt_jax.recipes.alignment`.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from sbt_jax import alignment, checkpoints, training
from sbt_jax.alignment import Answers
from sbt_jax.architecture import Config, Model
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.adapters import load_adapters
from sbt_jax.shipped.stories import StoryModel
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import Adapter, AdapterConfig, Batch, add_adapters
from sbt_jax.world import formats
from sbt_jax.world.formats import Question

LENGTH = 64  # tokens of a question and its answer
ROW = 256  # tokens of a row of lessons
BLOCK = 64  # questions that are answered side by side
ADAPTERS = AdapterConfig()
Lesson = tuple[formats.Parts, formats.Parts]


class Lab(NamedTuple):
    """The model that everything starts from, and where results are kept."""

    model: Model
    config: Config
    tokenizer: Tokenizer
    work: Path

    @property
    def stop(self) -> int:
        """The id that ends an answer."""
        return self.tokenizer.special_ids[formats.END]

    def encode(self, parts: formats.Parts) -> list[int]:
        """Ids of marks and words."""
        return alignment.encode_parts(self.tokenizer, parts)


def open_lab(reader: StoryModel, work: Path) -> Lab:
    """Weights on the device, once."""
    model = jax.tree.map(jnp.asarray, reader.model)
    return Lab(model, reader.config, reader.tokenizer, work)


# -- Lessons, and learning from them ----------------------------------------------


def lessons(lab: Lab, texts: Sequence[Lesson], rows: int) -> list[Batch]:
    """Prompts and what is to be learned after them, packed into batches.

    Args:
      lab: Whose tokens.
      texts: Prompts and answers as marks and words. Where both have the mark of the
        model, it stands once.
      rows: Rows of each batch.
    """
    sequences, masks = [], []
    for prompt, answer in texts:
        before, after = lab.encode(prompt), lab.encode(answer)
        if prompt[-1][0] == formats.MODEL and answer[0][0] == formats.MODEL:
            after = after[1:]  # the mark stands at the end of the prompt already
        sequences.append(before + after)
        masks.append([0] * len(before) + [1] * len(after))
    packed = training.pack(sequences, ROW)
    whole = Batch(packed.tokens, training.pack(masks, ROW).tokens > 0, packed.segments)
    starts = range(0, len(packed.tokens) - rows + 1, rows)
    return [jax.tree.map(lambda x, at=i: x[at : at + rows], whole) for i in starts]


@functools.cache
def _imitation(config: Config) -> Callable[..., Float[Array, ""]]:
    def loss(adapters: dict[str, Adapter], batch: Batch, model: Model) -> Array:
        return training.batch_loss(add_adapters(model, adapters), config, batch)

    return loss


def tune(
    lab: Lab,
    adapters: dict[str, Adapter],
    batches: Sequence[Batch],
    steps: int,
    rate: float,
    **watched: Any,
) -> tuple[dict[str, Adapter], list[float]]:
    """Fine-tune adapters on batches, again and again until ``steps`` are done.

    Args:
      lab: The model that they are for.
      adapters: The first ones.
      batches: From :func:`lessons`.
      steps: Number of updates.
      rate: The highest learning rate.
      **watched: Snapshots, a state to go on from: see :func:`sbt_jax.training.fit`.

    Returns:
      The adapters, and the loss of every step.
    """
    adapters, losses = training.fit(
        adapters,
        _imitation(lab.config),
        lambda step: batches[step % len(batches)],
        training.Settings(steps, rate, warmup=min(20, steps - 1)),
        given=(lab.model,),
        **watched,
    )
    return adapters, [round(float(loss), 4) for loss in losses]


# -- Asking -----------------------------------------------------------------------


def reply(
    lab: Lab,
    model: Model,
    prompts: Sequence[Sequence[int]],
    seed: int,
    length: int = LENGTH,
    greedy: bool = False,
) -> tuple[list[str], list[Answers]]:
    """What a model says after each prompt, in blocks of one size."""
    texts: list[str] = []
    blocks = []
    for start in range(0, len(prompts), BLOCK):
        part = list(prompts[start : start + BLOCK])
        full = part + [part[-1]] * (BLOCK - len(part))
        rows, sizes = alignment.padded(full, length - 2, lab.stop)
        key = jax.random.fold_in(jax.random.key(seed), start)
        found = alignment.generate_answers(
            key, model, lab.config, rows, sizes, length, lab.stop, greedy
        )
        texts += alignment.texts_of(lab.tokenizer, found)[: len(part)]
        blocks.append(Answers(*(x[: len(part)] for x in found)))
    return texts, blocks


def ask(
    lab: Lab,
    model: Model,
    questions: Sequence[Question],
    seed: int,
    greedy: bool = False,
) -> list[str]:
    """The answers of a model, drawn at temperature 1 unless ``greedy``."""
    prompts = [lab.encode(formats.prompt(q.text)) for q in questions]
    return reply(lab, model, prompts, seed, greedy=greedy)[0]


def answer_rows(
    lab: Lab, asked: Sequence[tuple[Question, str]], length: int = LENGTH
) -> Answers:
    """Questions with given answers, as rows."""
    pairs = [
        (
            lab.encode(formats.prompt(question.text)),
            [*lab.encode([(formats.MODEL, answer)])[1:], lab.stop],
        )
        for question, answer in asked
    ]
    pairs = [(q, a[: length - len(q)]) for q, a in pairs]
    return alignment.rows_of(pairs, length, lab.stop)


# -- Files ------------------------------------------------------------------------


def save(lab: Lab, name: str, adapters: dict[str, Adapter]) -> None:
    """Keep adapters as they will be shipped."""
    checkpoints.save(lab.work / f"{name}.npz", adapters, ADAPTERS)


def saved(lab: Lab, name: str) -> dict[str, Adapter]:
    """Adapters as they will be shipped, in int8."""
    return load_adapters(lab.work / f"{name}.npz", lab.model)[0]


def adapted(lab: Lab, name: str) -> Model:
    """The model with some adapters in it; without any if there is no name."""
    return add_adapters(lab.model, saved(lab, name)) if name else lab.model


def ship(run: Run, how: Mapping[str, str], measured: Mapping[str, Any]) -> None:
    """Ship saved adapters, each with a card.

    Args:
      run: The recipe's.
      how: What made each, by the name that it was saved under.
      measured: What was measured of each; answers under ``texts`` stay out of the card.
    """
    for name, made in how.items():
        held_out = {k: v for k, v in measured[name].items() if k != "texts"}
        what = f"Low-rank adapters of the main model: {made}."
        seeds = run.sizes.seeds[:1]
        run.ship(f"{name}.npz", what, seeds=seeds, held_out=held_out)
