"""Chapter 16 in the published model: one small quiz, scored in four ways."""

from typing import Any

import numpy as np

from sbt_jax import evaluation, real
from sbt_jax.recipes.real.reading import Reader, ids_of, surprises, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: one small quiz by label, by full answer, per token, and written."
READS = ("model",)
LABELS = "ABCD"
WRITTEN = 16  # tokens of an answer
CHAT = "<|im_end|>"
#: A question, its four options, and which is right: of no published test.
QUIZ = (
    ("What is the capital of France?", "Rome", "Paris", "Berlin", "Madrid", 1),
    ("What is the capital of Japan?", "Tokyo", "Seoul", "Beijing", "Bangkok", 0),
    ("What is the capital of Egypt?", "Tunis", "Rabat", "Khartoum", "Cairo", 3),
    ("What is the opposite of hot?", "warm", "dry", "cold", "large", 2),
    ("What is the opposite of early?", "soon", "late", "quick", "old", 1),
    ("How many legs does a spider have?", "four", "six", "eight", "ten", 2),
    ("How many days are in a week?", "seven", "five", "nine", "twelve", 0),
    ("Which planet do we live on?", "Mars", "Venus", "Saturn", "Earth", 3),
    ("Which planet is the largest?", "Earth", "Jupiter", "Mercury", "Mars", 1),
    ("What do bees make?", "milk", "silk", "honey", "butter", 2),
    ("What do cows eat?", "grass", "stones", "meat", "paper", 0),
    ("What color is a ripe banana?", "blue", "black", "purple", "yellow", 3),
    ("Which animal barks?", "the cat", "the dog", "the horse", "the duck", 1),
    ("Which of these is a metal?", "wood", "glass", "iron", "paper", 2),
    ("Who wrote Romeo and Juliet?", "Shakespeare", "Dickens", "Homer", "Austen", 0),
    ("What is water made of?", "helium and neon", "carbon", "iron and oxygen",
     "hydrogen and oxygen", 3),
    ("Which month comes after March?", "May", "April", "June", "February", 1),
    ("What is two plus three?", "four", "six", "five", "seven", 2),
    ("Which organ pumps blood?", "the heart", "the lung", "the brain", "the liver", 0),
    ("Where do fish live?", "in trees", "in the air", "in the desert", "in water", 3),
    ("Which season is the coldest?", "summer", "winter", "spring", "autumn", 1),
    ("What is frozen water called?", "steam", "rain", "ice", "oil", 2),
    ("On which continent is Brazil?", "South America", "Africa", "Asia", "Europe", 0),
    ("Which gas do we need to breathe?", "neon", "helium", "argon", "oxygen", 3),
)  # fmt: skip


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    quiz = QUIZ if sizes.most is None else QUIZ[: sizes.most]
    shown = min(WRITTEN, sizes.written)
    return {
        "questions": len(quiz),
        "label": run.remembered("evaluation-label", quiz, by_label, reader, quiz),
        "answer": run.remembered("evaluation-answer", quiz, by_answer, reader, quiz),
        "written": run.remembered(
            "evaluation-written", [quiz, shown, CHAT], written, reader, quiz, shown
        ),
    }


def shown_prompt(item: tuple[Any, ...]) -> str:
    """A question with its options, as tests for models show it."""
    question, *options, _ = item
    lines = [f"{label}. {text}\n" for label, text in zip(LABELS, options, strict=True)]
    return "".join([f"Question: {question}\n", *lines, "Answer:"])


def by_label(reader: Reader, quiz: tuple[tuple[Any, ...], ...]) -> dict[str, list[int]]:
    """The likeliest of the four letters."""
    this = reader()
    letters = [ids_of(this, f" {label}")[0] for label in LABELS]
    picked = []
    for item in quiz:
        p = real.log_probs(this.model, this.config, ids_of(this, shown_prompt(item)))[
            -1
        ]
        picked.append(int(np.asarray(p)[letters].argmax()))
    right = [int(pick == item[-1]) for pick, item in zip(picked, quiz, strict=True)]
    return {"right": right, "picked": picked}


def by_answer(
    reader: Reader, quiz: tuple[tuple[Any, ...], ...]
) -> dict[str, list[int]]:
    """The likeliest of the four answers: by the sum, and by the mean a token."""
    this, sums, counts = reader(), [], []
    for question, *options, _ in quiz:
        start = ids_of(this, f"Question: {question}\nAnswer:")
        said = [ids_of(this, f" {text}") for text in options]
        nats = [surprises(this, [*start, *ids])[-len(ids) :] for ids in said]
        sums.append([-float(x.sum()) for x in nats])
        counts.append([len(ids) for ids in said])
    truth = np.array([item[-1] for item in quiz])
    log_p, tokens = np.array(sums), np.array(counts)
    return {
        "sum": (evaluation.chosen(log_p) == truth).astype(int).tolist(),
        "per token": (evaluation.chosen(log_p, tokens) == truth).astype(int).tolist(),
    }


def written(
    reader: Reader, quiz: tuple[tuple[Any, ...], ...], shown: int
) -> dict[str, Any]:
    """What it writes in a chat, and whether that names the right option alone."""
    this = reader()
    prompts = [real.chat(this.tokenizer, item[0]) for item in quiz]
    stop = this.tokenizer.special_ids[CHAT]
    texts = [
        decode(this.tokenizer, ids)
        for ids in write_together(this, prompts, shown, stop=stop)
    ]
    right = []
    for text, (_, *options, at) in zip(texts, quiz, strict=True):
        said = [i for i, option in enumerate(options) if option.lower() in text.lower()]
        right.append(int(said == [at]))
    return {"right": right, "texts": texts}
