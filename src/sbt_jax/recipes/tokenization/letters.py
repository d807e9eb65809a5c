"""Letters: does a model that reads tokens know how words are spelt?

``python -m sbt_jax.recipes letters`` trains one small transformer to answer
"how many r in …" from characters and from BPE tokens of several vocabulary
sizes, and ships the results, two checkpoints and their tokenizer. A run that
is stopped goes on where it was; delete the work folder after a code change.
"""

import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np

from sbt_jax import checkpoints, tokenization, training
from sbt_jax.architecture import Config, Model, parameter_count
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.letters import (
    LETTER_ANSWERS,
    LONGEST_WORD,
    letter_answer,
    letter_question,
)
from sbt_jax.tokenization import Tokenizer, reference_text

RECIPE = "sbt_jax.recipes.tokenization.letters"
WHAT = "How often letters are counted right, by vocabulary and seed."
READS = ("corpus", "merges")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained. All but ``merges`` is the same for every model."""

    merges: tuple[int, ...] = (0, 64, 256, 1024, 2048)
    seeds: tuple[int, ...] = (0, 1, 2)
    steps: int = 2400
    batch: int = 64
    learning_rate: float = 3e-3
    width: int = 64
    layers: int = 2
    heads: int = 4
    mlp: int = 128
    words: int | None = None  # use the first few only, for tests


class Question(NamedTuple):
    """How many ``letter`` in ``word``? ``answer`` stops at 3."""

    word: str
    letter: str
    answer: int


def split_words(text: str, limit: int | None = None) -> tuple[list[str], list[str]]:
    """The distinct lower-case words of a text: four fifths, and one held out.

    Example:
      >>> train, held_out = split_words("The tree, the trees; a list of names")
      >>> sorted(train + held_out)
      ['list', 'names', 'the', 'tree', 'trees']
    """
    words = sorted(set(re.findall(r"(?<![a-z])[a-z]{3,14}(?![a-z])", text.lower())))
    order = np.random.default_rng(0).permutation(len(words))[:limit]
    shuffled = [words[i] for i in order]
    held_out = len(shuffled) // 5
    return shuffled[held_out:], shuffled[:held_out]


def ask(words: Sequence[str], seed: int) -> list[Question]:
    """Each letter of each word, and as many letters that are not in it.

    The absent letters are drawn as often as they occur in the words, so that
    a rare letter does not give the answer 0 away.

    Example:
      >>> [tuple(q) for q in ask(["tree"], seed=0) if q.answer]
      [('tree', 't', 1), ('tree', 'r', 1), ('tree', 'e', 2)]
    """
    rng = np.random.default_rng(seed)
    use = Counter(x for word in words for x in set(word))
    questions = []
    for word in words:
        inside = Counter(word)
        questions += [Question(word, x, min(n, 3)) for x, n in inside.items()]
        absent = [x for x in ALPHABET if x not in inside]
        weights = np.array([use[x] + 1 for x in absent], float)
        drawn = rng.choice(len(absent), len(inside), p=weights / weights.sum())
        questions += [Question(word, absent[i], 0) for i in drawn]
    return questions


def scores(guesses: Sequence[int], questions: Sequence[Question]) -> dict[str, Any]:
    """Share of right guesses: of all, for each true count, and their mean.

    Example:
      >>> asked = [Question("tree", "e", 2), Question("tree", "x", 0)]
      >>> scores([2, 1], asked)["accuracy"]
      0.5
    """
    right = np.array([g == q.answer for g, q in zip(guesses, questions, strict=True)])
    counts = np.array([q.answer for q in questions])
    by_count = [float(right[counts == c].mean()) for c in range(4) if c in counts]
    return {
        "accuracy": round(float(right.mean()), 4),
        "balanced": round(float(np.mean(by_count)), 4),
        "by_count": [round(share, 4) for share in by_count],
        "questions": [int((counts == c).sum()) for c in range(4)],
    }


def evaluate(
    model: Model, config: Config, tokenizer: Tokenizer, questions: Sequence[Question]
) -> dict[str, Any]:
    """:func:`scores` of a model's likeliest answers."""
    ids = [letter_question(tokenizer, q.word, q.letter) for q in questions]
    guesses = letter_answer(model, config, ids).argmax(axis=1)
    return scores(guesses.tolist(), questions)


def baselines(
    train: Sequence[Question], held_out: Sequence[Question]
) -> dict[str, dict[str, Any]]:
    """What is reached without reading the word.

    ``constant`` always gives the commonest count; ``letter`` gives, for each
    letter, the count that a training batch holds most often with it (batches
    hold the four counts equally often).
    """
    totals = Counter(q.answer for q in train)
    constant = max(totals, key=lambda c: (totals[c], -c))
    seen = Counter((q.letter, q.answer) for q in train)
    best = {
        x: max(range(4), key=lambda c: seen[x, c] / max(totals[c], 1)) for x in ALPHABET
    }
    return {
        "constant": scores([constant] * len(held_out), held_out),
        "letter": scores([best[q.letter] for q in held_out], held_out),
    }


def make_batches(
    tokenizer: Tokenizer, questions: Sequence[Question], batch: int, seed: int
) -> Any:
    """The batch of each step: the four counts equally often, then any question.

    The questions that a step asks depend on the seed and the step only, so all
    tokenizers are asked the same.
    """
    ids = [
        [*letter_question(tokenizer, q.word, q.letter), ord(LETTER_ANSWERS[q.answer])]
        for q in questions
    ]
    tokens = np.zeros((len(ids), max(map(len, ids))), np.int32)
    asked = np.zeros(tokens.shape, bool)
    for row, sequence in enumerate(ids):
        tokens[row, : len(sequence)] = sequence
        asked[row, len(sequence) - 1] = True
    counts = np.array([q.answer for q in questions])
    groups = [np.flatnonzero(counts == c) for c in range(4) if c in counts]

    def batch_at(step: int) -> training.Batch:
        rng = np.random.default_rng([seed, step])
        group = rng.integers(len(groups), size=batch)
        place = rng.random(batch)
        rows = np.array(
            [
                groups[g][int(p * len(groups[g]))]
                for g, p in zip(group, place, strict=True)
            ]
        )
        return training.Batch(tokens[rows], asked[rows])

    return batch_at


def make_config(vocab_size: int, settings: Sizes) -> Config:
    """The sizes of a model that reads with a vocabulary."""
    return Config(
        vocab_size=vocab_size,
        width=settings.width,
        layers=settings.layers,
        heads=settings.heads,
        mlp=settings.mlp,
        window=LONGEST_WORD + 4,  # space, word, question mark, letter, answer
    )


def train_one(
    tokenizer: Tokenizer,
    seed: int,
    settings: Sizes,
    train: Sequence[str],
    held_out: Sequence[str],
    path: Path,
) -> dict[str, Any]:
    """Train one model, save it to ``path`` and measure what was saved."""
    config = make_config(tokenizer.vocab_size, settings)
    asked, held = ask(train, seed=1), ask(held_out, seed=2)
    model, losses = training.train(
        jax.random.key(seed),
        config,
        training.Settings(settings.steps, settings.learning_rate),
        make_batches(tokenizer, asked, settings.batch, seed),
    )
    checkpoints.save(path, model, config)
    test = functools.partial(evaluate, checkpoints.as_shipped(model), config, tokenizer)
    spelt = {w: tokenization.encode(tokenizer, f" {w}") for w in [*train, *held_out]}
    seen = {token for word in train for token in spelt[word]}
    known = [q for q in held if seen.issuperset(spelt[q.word])]
    lengths = [len(spelt[word]) for word in held_out]
    return {
        "merges": len(tokenizer.merges),
        "seed": seed,
        "parameters": sum(parameter_count(config).values()),
        "tokens_per_word": round(float(np.mean(lengths)), 3),
        "loss": round(float(losses[-100:].mean()), 4),
        "held_out": test(held),
        "held_out_known_tokens": test(known) if known else None,
        "training_words": test(asked),
    }


@functools.cache
def learn_tokenizer(text: str, merges: int) -> Tokenizer:
    """The tokenizer of most merges; the others are its first ones."""
    return tokenization.train(text, merges)


def inputs(sizes: Sizes) -> dict[str, str]:
    """Digests of the text, and of what was learned from it."""
    text = reference_text()
    merges = learn_tokenizer(text, max(sizes.merges)).merges
    return {
        "corpus": checkpoints.digest(text),
        "merges": checkpoints.digest(repr(merges)),
    }


def make(run: Run) -> dict[str, Any]:
    """Train what is not yet trained; ship the models of the first seed."""
    sizes, text = run.sizes, reference_text()
    train, held_out = split_words(text, sizes.words)
    full, how = learn_tokenizer(text, max(sizes.merges)), dataclasses.asdict(sizes)
    alone = run.depending(None)
    rows: dict[str, Any] = {}
    for seed in sizes.seeds:
        for merges in sizes.merges:
            name = f"{merges}-{seed}"
            key = how | run.inputs | {"merges": merges, "seeds": seed}
            to_train = (full.first(merges), seed, sizes, train, held_out)
            path = run.work / f"{name}.npz"
            rows[name] = alone.remembered(name, key, train_one, *to_train, path)
    ship(run, full, rows)
    return {
        "settings": how,
        "words": {"training": len(train), "held_out": len(held_out)},
        "baselines": baselines(ask(train, seed=1), ask(held_out, seed=2)),
        "rows": list(rows.values()),
    }


def ship(run: Run, tokenizer: Tokenizer, rows: dict[str, Any]) -> None:
    """The two models of the first seed, and what they read with."""
    first, merges = run.sizes.seeds[0], run.sizes.merges
    for kind, count in (("characters", min(merges)), ("tokens", max(merges))):
        name = f"{count}-{first}"
        what = f"A transformer that counts letters, reading {kind} ({count} merges)."
        held_out = rows[name]["held_out"]
        run.ship(
            f"letters_{kind}.npz",
            what,
            f"{name}.npz",
            seeds=(first,),
            held_out=held_out,
        )
    tokenization.save(tokenizer, run.work / "tokenizer.json")
    what = "The BPE tokenizer of the letter counters, from the whole corpus."
    run.ship("letters_tokenizer.json", what, "tokenizer.json", seeds=())
