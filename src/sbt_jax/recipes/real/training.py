"""Chapter 6 in the published model: what it finds hard, and what it knows."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import real
from sbt_jax.recipes.real.reading import Reader, ids_of, surprises, write
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.real.texts import START
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode, reference_text

WHAT = "SmolLM2-135M: loss by position and by rank of the token; facts, grammar, sums."
READS = ("model", "corpus")
EDGES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # positions, the first counted as 1
RANKS = (0, 300, 1000, 3000, 10_000, 50_000)  # ids: the earlier merged, the rarer not
FACTS = (
    ("The capital of France is", " Paris"),
    ("The capital of Japan is", " Tokyo"),
    ("The capital of Egypt is", " Cairo"),
    ("The capital of Australia is", " Canberra"),
    ("The largest planet in our solar system is", " Jupiter"),
    ("The chemical symbol for water is", " H"),
    ("The author of Romeo and Juliet is William", " Shakespeare"),
    ("The Great Wall is in", " China"),
    ("The currency of the United Kingdom is the", " pound"),
    ("The opposite of north is", " south"),
    ("A week has seven", " days"),
    ("The first president of the United States was George", " Washington"),
)
#: A sentence, and one with a mistake of the same length in words.
GRAMMAR = (
    ("The cats sleep on the sofa.", "The cats sleeps on the sofa."),
    (
        "The key to the cabinets is on the table.",
        "The key to the cabinets are on the table.",
    ),
    ("She has never been there.", "She have never been there."),
    ("Those books belong to me.", "That books belong to me."),
    ("He hurt himself yesterday.", "He hurt herself yesterday."),
    ("Who did you see?", "Who did you saw?"),
    ("No one has ever said so.", "Someone has ever said so."),
    ("I want to go home.", "I want go to home."),
    ("The children were playing outside.", "The children was playing outside."),
    ("An apple a day is enough.", "A apple a day is enough."),
    ("They gave the book to her.", "They gave the book to she."),
    ("The boys near the car are laughing.", "The boys near the car is laughing."),
)


def sums() -> dict[str, list[tuple[str, str]]]:
    """Sums by the number of their digits, as texts that end before the answer."""
    pairs = {
        "one digit": [(2, 2), (3, 4), (1, 6), (5, 3), (4, 5), (2, 7), (8, 9), (6, 6)],
        "two digits": [(12, 11), (25, 13), (40, 17), (38, 24), (56, 29), (71, 19),
                       (64, 28), (33, 47)],
        "three digits": [(120, 230), (415, 102), (256, 128), (333, 444), (509, 276),
                         (187, 365), (648, 275), (799, 156)],
    }  # fmt: skip
    found = {
        f"plus, {name}": [(f"{a} + {b} =", f" {a + b}") for a, b in some]
        for name, some in pairs.items()
    }
    times = [(2, 3), (4, 5), (3, 7), (6, 8), (9, 9), (7, 6), (8, 4), (5, 9)]
    return found | {
        "times, one digit": [(f"{a} x {b} =", f" {a * b}") for a, b in times]
    }


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    most, texts = sizes.most, sizes.texts
    return {
        "reference": run.remembered(
            "training-reference", texts, on_reference, reader, texts, sizes.corpus
        ),
        "facts": run.remembered("training-facts", FACTS, facts, reader, FACTS[:most]),
        "grammar": run.remembered(
            "training-grammar", GRAMMAR, grammar, reader, GRAMMAR[:most]
        ),
        "sums": {
            name: run.remembered(f"training-{name}", some, added, reader, some[:most])
            for name, some in list(sums().items())[:most]
        },
    }


def on_reference(reader: Reader, texts: int, most: int | None) -> dict[str, Any]:
    """Nats a token of pieces of the Python reference, by position and by id.

    Merges are numbered from the most frequent pair of the tokenizer's own training
    text on, so a larger id is of a rarer token.
    """
    this, length = reader(), EDGES[-1] - 1  # the mark makes it a power of two
    ids = ids_of(this, reference_text()[:most])
    starts = np.linspace(0, len(ids) - length, texts).astype(int)
    mark = this.tokenizer.special_ids[START]
    rows = np.array([[mark, *ids[at : at + length]] for at in starts])
    nats = np.stack([surprises(this, row.tolist()) for row in rows])
    said = rows[:, 1:]
    position = [
        {"from": low, "to": high - 1, "nats": _mean(nats[:, low - 1 : high - 1])}
        for low, high in itertools.pairwise(EDGES)
    ]
    rank = []
    for low, high in itertools.pairwise(RANKS):
        here = (said >= low) & (said < high)
        if here.any():
            share = round(float(here.mean()), 4)
            rank.append(
                {"from": low, "to": high - 1, "share": share, "nats": _mean(nats[here])}
            )
    return {
        "tokens": int(nats.size),
        "nats": _mean(nats),
        "by_position": position,
        "by_rank": rank,
    }


def _mean(values: np.ndarray) -> float:
    return round(float(values.mean()), 4)


def answer_cost(reader: Reader, prompt: str, answer: str) -> np.ndarray:
    """Nats of each token of an answer."""
    this = reader()
    before, after = ids_of(this, prompt), ids_of(this, answer)
    return surprises(this, [*before, *after])[len(before) - 1 :]


def facts(reader: Reader, asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How often the right word is the likeliest, and what it costs."""
    this, rows = reader(), []
    for prompt, answer in asked:
        log_p = real.log_probs(this.model, this.config, ids_of(this, prompt))[-1]
        wanted = ids_of(this, answer)[0]
        best = this.tokenizer.token_bytes[int(log_p.argmax())].decode(errors="replace")
        rows.append(
            {
                "prompt": prompt,
                "answer": answer,
                "said": best,
                "rank": int((log_p > log_p[wanted]).sum()) + 1,
                "nats": round(float(answer_cost(reader, prompt, answer).sum()), 3),
            }
        )
    right = sum(row["rank"] == 1 for row in rows)
    return {"asked": len(rows), "right": right, "rows": rows}


def grammar(reader: Reader, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How often the sentence without the mistake is the likelier one."""
    this = reader()
    rows: list[dict[str, Any]] = []
    mark = this.tokenizer.special_ids[START]
    for pair in pairs:
        costs = [surprises(this, [mark, *ids_of(this, text)]).sum() for text in pair]
        good, bad = (round(float(cost), 3) for cost in costs)
        rows.append({"good": pair[0], "bad": pair[1], "nats": [good, bad]})
    right = sum(row["nats"][0] < row["nats"][1] for row in rows)
    return {"asked": len(rows), "right": right, "rows": rows}


def added(reader: Reader, asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """How often what it writes greedily begins with the right number."""
    this, rows = reader(), []
    for prompt, answer in asked:
        said = decode(
            this.tokenizer, write(this, ids_of(this, prompt), len(answer) + 2)
        )
        number = said.strip().split()[0].rstrip(".,") if said.strip() else ""
        cost = answer_cost(reader, prompt, answer)
        rows.append(
            {
                "prompt": prompt,
                "answer": answer.strip(),
                "said": number,
                "nats": _mean(cost),
            }
        )
    right = sum(row["said"] == row["answer"] for row in rows)
    nats = round(float(np.mean([row["nats"] for row in rows])), 4)
    return {"asked": len(rows), "right": right, "nats": nats, "rows": rows}
