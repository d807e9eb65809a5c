"""Alignment: what every run shares: asking, comparing, and reading what was said.

Run by :mod:`sbt_jax.recipes.alignment`.
"""

import functools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from sbt_jax import alignment, checkpoints, training
from sbt_jax.alignment import Answers, Learner, Pairs
from sbt_jax.architecture import Config, Model
from sbt_jax.shipped.stories import StoryModel, story_model
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import Adapter, AdapterConfig, Batch, add_adapters
from sbt_jax.world import formats
from sbt_jax.world.formats import Question, Rule

LENGTH = 64  # tokens of a question and its answer
CRITIQUE = 96  # the same with a rule, a critique and a revision
BLOCK = 64  # questions that are answered side by side
HOMES = formats.RULES["homes"]
FORBIDDEN = ("town", "who")  # what is asked when an honest answer breaks that rule
ADAPTERS = AdapterConfig()


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


def save(lab: Lab, name: str, adapters: dict[str, Adapter]) -> None:
    """Keep adapters as they will be shipped."""
    checkpoints.save(lab.work / f"{name}.npz", adapters, ADAPTERS)


def saved(lab: Lab, name: str) -> dict[str, Adapter]:
    """dict[str, Adapter] as shipped: int8."""
    build = functools.partial(training.init_adapters, model=lab.model)
    shapes = jax.eval_shape(build, jax.random.key(0))
    found = checkpoints.load(lab.work / f"{name}.npz", shapes)
    return jax.tree.map(jnp.asarray, found)


def adapted(lab: Lab, name: str) -> Model:
    """The model with some adapters in it; without any if there is no name."""
    return add_adapters(lab.model, saved(lab, name)) if name else lab.model


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


def assess(questions: Sequence[Question], answers: Sequence[str]) -> dict[str, Any]:
    """Means over answers: the gold reward and what it is made of."""
    verdicts = [formats.judge(*pair) for pair in zip(questions, answers, strict=True)]
    golds = [formats.gold(*pair) for pair in zip(questions, answers, strict=True)]
    broken = [formats.breaks(HOMES, answer) for answer in answers]
    allowed = [q.kind not in FORBIDDEN for q in questions]

    def mean(values: Sequence[Any], where: Sequence[bool] | None = None) -> float:
        kept = [
            v for v, w in zip(values, where or [True] * len(values), strict=True) if w
        ]
        return round(float(np.mean(kept)), 4) if kept else 0.0

    refused = [v.refused for v in verdicts]
    forbidden = [not a for a in allowed]
    return {
        "gold": mean(golds),
        "true": mean([v.true for v in verdicts]),
        "false": mean([v.false for v in verdicts]),
        "niceties": mean([v.niceties for v in verdicts]),
        "other": mean([v.other for v in verdicts]),
        "allowed gold": mean(golds, allowed),
        "allowed true": mean([v.true for v in verdicts], allowed),
        "over-refusals": mean(refused, allowed),
        "violations": mean(broken, forbidden),
        "refusals": mean(refused, forbidden),
        "by kind": {
            kind: mean([v.true for v in verdicts], [q.kind == kind for q in questions])
            for kind in formats.KINDS
        },
        "refused by kind": {
            kind: mean(refused, [q.kind == kind for q in questions])
            for kind in formats.KINDS
        },
    }


def measured(lab: Lab, model: Model, count: int, seed: int) -> dict[str, Any]:
    """:func:`assess` on questions that are kept back from all training."""
    questions = list(formats.questions(count, 1000, "kept back"))
    return assess(questions, ask(lab, model, questions, seed))


def lessons(
    lab: Lab, texts: Sequence[tuple[formats.Parts, formats.Parts]], rows: int
) -> list[Batch]:
    """Prompts and what is to be learned after them, packed into batches."""
    sequences, masks = [], []
    for prompt, answer in texts:
        before, after = lab.encode(prompt), lab.encode(answer)
        if prompt[-1][0] == formats.MODEL and answer[0][0] == formats.MODEL:
            after = after[1:]  # the mark stands at the end of the prompt already
        sequences.append(before + after)
        masks.append([0] * len(before) + [1] * len(after))
    length = 256
    tokens = training.pack(sequences, length)
    asked = training.pack(masks, length).tokens > 0
    starts = range(0, len(tokens.tokens) - rows + 1, rows)
    return [
        Batch(
            tokens.tokens[i : i + rows],
            asked[i : i + rows],
            tokens.segments[i : i + rows],
        )
        for i in starts
    ]


def study(
    lab: Lab,
    adapters: dict[str, Adapter],
    batches: Sequence[Batch],
    steps: int,
    rate: float,
) -> tuple[dict[str, Adapter], list[float]]:
    """Fine-tune adapters on batches, again and again until ``steps`` are done."""
    settings = training.Settings(steps, rate, warmup=min(20, steps - 1))
    learner: Learner = alignment.begin(adapters, settings)
    losses = []
    for step in range(steps):
        batch = batches[step % len(batches)]
        learner, loss = alignment.imitate(
            learner, lab.model, lab.config, batch, settings
        )
        losses.append(loss)
    return learner.weights, [round(float(loss), 4) for loss in losses]


def demonstration(question: Question, rng: random.Random) -> tuple[Any, Any]:
    """A question and an answer as fine-tuning shows it."""
    answer = formats.shown_answer(question, rng)
    return formats.prompt(question.text), [(formats.MODEL, answer), (formats.END, "")]


def critique_lesson(question: Question, rule: Rule, answer: str) -> tuple[Any, Any]:
    """An answer under a rule, and what is right to say of it."""
    before = formats.critique_prompt(question.text, answer, rule)
    return before, formats.critique(rule, question, answer)


def preferences(
    lab: Lab, model: Model, count: int, noise: float, seed: int
) -> tuple[Pairs, float]:
    """Pairs of a model's own answers, and how often the label is the gold one.

    Two answers that the gold reward likes alike are no pair. A label is turned
    round with probability ``noise``, as people disagree.
    """
    rng = random.Random(seed)
    questions = list(formats.questions(3 * count, 100 + seed))
    first, second = (ask(lab, model, questions, 2 * seed + i) for i in (0, 1))
    better: list[tuple[Question, str]] = []
    worse: list[tuple[Question, str]] = []
    right = 0
    for question, *two in zip(questions, first, second, strict=True):
        golds = [formats.gold(question, text) for text in two]
        if golds[0] == golds[1] or len(better) == count or "" in two:
            continue
        turned = rng.random() < noise
        high = int(golds[1] > golds[0])
        right += not turned
        better.append((question, two[high ^ turned]))
        worse.append((question, two[1 - (high ^ turned)]))
    pairs = Pairs(answer_rows(lab, better), answer_rows(lab, worse))
    return pairs, right / len(better)


def default_lab(work: Path) -> Lab:
    """The lab of the shipped main model."""
    return open_lab(story_model("main"), work)
