"""Chapter 17 in the published model: sums at once, in steps, cut, and with a slip."""

import random
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax.recipes.real.reading import Reader, ids_of, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: sums at once, in written steps, cut short, and with a slip."
READS = ("model",)
COUNTS = (2, 3, 4, 5, 6)  # numbers of a sum
SUMS, SHOWN = 16, 3
BUDGETS = (0, 1, 2, 3, 4)  # steps of six numbers' five that are kept
ANSWER = "\nAnswer:"


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    most = sizes.most or 10**6
    counts, sums = COUNTS[:most], min(SUMS, most)
    budgets = BUDGETS[:most]
    longest = min(64, sizes.written)
    how = [sums, SHOWN, longest]
    last = COUNTS[-1]
    return {
        "counts": list(counts),
        "sums": sums,
        "once": [
            run.remembered(f"reasoning-once-{n}", [n, *how], once, reader, n, sums)
            for n in counts
        ],
        "steps": [
            run.remembered(
                f"reasoning-steps-{n}", [n, *how], stepped, reader, n, sums, longest
            )
            for n in counts
        ],
        "budgets": list(budgets),
        "cut": [
            run.remembered(f"reasoning-cut-{b}", [b, *how], cut, reader, last, b, sums)
            for b in budgets
        ],
        "slip": run.remembered("reasoning-slip", how, slip, reader, 4, sums),
    }


def drawn(count: int, sums: int) -> list[list[int]]:
    """Sums to ask about, the same each time."""
    rng = random.Random(f"sums {count}")
    return [[rng.randint(1, 9) for _ in range(count)] for _ in range(sums)]


def partial(numbers: Sequence[int], off: int = 0) -> list[str]:
    """The steps of a sum; the last one may be wrong by some.

    Example:
      >>> partial([1, 2, 3]), partial([1, 2, 3], 2)
      (['1 + 2 = 3', '3 + 3 = 6'], ['1 + 2 = 3', '3 + 3 = 8'])
    """
    steps, now = [], numbers[0]
    for at, number in enumerate(numbers[1:], 2):
        total = now + number + (off if at == len(numbers) else 0)
        steps.append(f"{now} + {number} = {total}")
        now = total
    return steps


def asked(numbers: Sequence[int]) -> str:
    """A sum in words.

    Example:
      >>> asked([1, 2])
      'Sum: 1 + 2'
    """
    return f"Sum: {' + '.join(map(str, numbers))}"


def shown(count: int, steps: bool) -> str:
    """Solved sums that stand before."""
    lines = []
    for numbers in drawn(count, SUMS + SHOWN)[SUMS:]:
        middle = f"\nSteps: {', '.join(partial(numbers))}" if steps else ""
        lines.append(f"{asked(numbers)}{middle}{ANSWER} {sum(numbers)}\n\n")
    return "".join(lines)


def first_number(text: str) -> int | None:
    """The first number in a text.

    Example:
      >>> first_number(" 12, then 3"), first_number("no idea")
      (12, None)
    """
    found = re.search(r"\d+", text)
    return int(found[0]) if found else None


def _answers(reader: Reader, texts: Sequence[str], steps: int) -> list[str]:
    this = reader()
    said = write_together(this, [ids_of(this, text) for text in texts], steps)
    return [decode(this.tokenizer, ids) for ids in said]


def once(reader: Reader, count: int, sums: int) -> dict[str, Any]:
    """How often it is right without a step."""
    asked_ = drawn(count, sums)
    before = shown(count, False)
    texts = [f"{before}{asked(numbers)}{ANSWER}" for numbers in asked_]
    said = [first_number(text) for text in _answers(reader, texts, 6)]
    return {"right": _share(said, [sum(numbers) for numbers in asked_]), "said": said}


def stepped(reader: Reader, count: int, sums: int, longest: int) -> dict[str, Any]:
    """How often it is right after steps that it writes itself."""
    asked_ = drawn(count, sums)
    before = shown(count, True)
    texts = [f"{before}{asked(numbers)}\nSteps:" for numbers in asked_]
    said = [text.split("\n\n")[0] for text in _answers(reader, texts, longest)]
    found = [
        first_number(text.split(ANSWER)[1]) if ANSWER in text else None for text in said
    ]
    wanted = [", ".join(partial(numbers)) for numbers in asked_]
    clean = [text.split("\n")[0].strip() for text in said]
    return {
        "right": _share(found, [sum(numbers) for numbers in asked_]),
        "steps_right": _share(clean, wanted),
        "text": said[0],
    }


def cut(reader: Reader, count: int, budget: int, sums: int) -> float:
    """How often it is right if only some steps stand before the answer."""
    asked_ = drawn(count, sums)
    before, texts = shown(count, True), []
    for numbers in asked_:
        kept = ", ".join(partial(numbers)[:budget])
        middle = f"\nSteps: {kept}" if kept else ""
        texts.append(f"{before}{asked(numbers)}{middle}{ANSWER}")
    said = [first_number(text) for text in _answers(reader, texts, 6)]
    return _share(said, [sum(numbers) for numbers in asked_])


def slip(reader: Reader, count: int, sums: int) -> dict[str, float]:
    """Whether the answer follows a last step that is wrong by two."""
    asked_ = drawn(count, sums)
    before = shown(count, True)
    texts = [
        f"{before}{asked(numbers)}\nSteps: {', '.join(partial(numbers, 2))}{ANSWER}"
        for numbers in asked_
    ]
    said = [first_number(text) for text in _answers(reader, texts, 6)]
    return {
        "follows": _share(said, [sum(numbers) + 2 for numbers in asked_]),
        "right": _share(said, [sum(numbers) for numbers in asked_]),
        "count": count,
    }


def _share(said: Sequence[Any], wanted: Sequence[Any]) -> float:
    hits = [one == other for one, other in zip(said, wanted, strict=True)]
    return round(float(np.mean(hits)), 4)
