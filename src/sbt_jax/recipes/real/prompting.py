"""Chapter 12 in the published model: pairs in a prompt, and a shell game in words."""

import random
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import prompting, real
from sbt_jax.prompting import CUPS, Game
from sbt_jax.recipes.real.reading import Reader, ids_of, write_together
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode

WHAT = "SmolLM2-135M: pairs in a prompt; a shell game at once, by example, in steps."
READS = ("model",)
#: Pairs that everybody knows, and pairs that somebody made up.
KNOWN = (
    ("hot", "cold"),
    ("big", "small"),
    ("up", "down"),
    ("day", "night"),
    ("wet", "dry"),
    ("fast", "slow"),
    ("old", "new"),
    ("left", "right"),
    ("open", "closed"),
    ("full", "empty"),
    ("rich", "poor"),
    ("early", "late"),
)
MADE_UP = tuple(
    zip(
        (one for one, _ in KNOWN),
        (
            *("goose", "spoon", "moon", "bread", "king", "boat"),
            *("apple", "drum", "frog", "lamp", "rope", "tower"),
        ),
        strict=True,
    )
)
SHOTS = (0, 1, 2, 4, 8)
GAMES, SWAPS, SHOWN = 16, 3, 64  # tokens of an answer, the last
PHRASE = " Let's think step by step."
CHAT = "<|im_end|>"  # ends an answer; the phrase is said in a chat, as people do
CUP = re.compile(rf"\b({'|'.join(CUPS)})\b")


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    most = sizes.most
    games = drawn(GAMES if most is None else min(most, GAMES))
    shown = min(SHOWN, sizes.written)
    shots = SHOTS if most is None else SHOTS[: most + 1]
    return {
        "shots": list(shots),
        "pairs": run.remembered(
            "prompting-pairs", [KNOWN, MADE_UP, shots], pairs, reader, shots
        ),
        "swaps": SWAPS,
        "games": len(games),
        "ways": {
            way: run.remembered(
                f"prompting-{way}",
                [way, games, shown, *([CHAT] if way == "phrase" else [])],
                *(ask, reader, way, games, shown),
            )
            for way in ("at once", "by example", "phrase", "steps by example")
        },
    }


def drawn(count: int) -> list[Game]:
    """Games to ask about, the same each time."""
    rng = random.Random(0)
    return [prompting.draw_game(rng, SWAPS) for _ in range(count)]


def pairs(reader: Reader, shots: Sequence[int]) -> dict[str, list[float]]:
    """How often the answer is right after some pairs.

    Of known pairs another one is asked, of those made up one that is shown: what is
    made up can be known from nowhere else.
    """
    this, found = reader(), dict[str, list[float]]()
    for kind, table in (("known", KNOWN), ("made up", MADE_UP)):
        found[kind] = []
        for count in shots:
            right = []
            for at, (word, answer) in enumerate(table):
                others = [p for i, p in enumerate(table) if i != at]
                rng = random.Random(f"{count} {at}")
                told = rng.sample(others, count)
                if kind == "made up" and count:
                    told[rng.randrange(count)] = (word, answer)
                lines = [f"{one}: {two}\n" for one, two in told]
                ids = ids_of(this, "".join([*lines, f"{word}:"]))
                p = real.log_probs(this.model, this.config, ids)[-1]
                right.append(int(p.argmax()) == ids_of(this, f" {answer}")[0])
            found[kind].append(round(float(np.mean(right)), 4))
    return found


def told(game: Game) -> str:
    """The game in plain English."""
    swaps = " ".join(f"Then {one} and {two} change places." for one, two in game.swaps)
    return f"A ball is under the {game.start} cup. {swaps} Where is the ball?"


def steps(game: Game) -> str:
    """The same with where the ball is after each swap."""
    return " ".join(
        f"After {one} and {two} change places, it is under {cup}."
        for (one, two), cup in zip(game.swaps, prompting.places(game), strict=True)
    )


END = " So the ball is under the"


def prompt(way: str, game: Game) -> str:
    """What the model goes on from."""
    rng = random.Random(1)
    shown = [prompting.draw_game(rng, SWAPS) for _ in range(2)]
    lines = []
    for one in shown if "example" in way else ():
        middle = f" {steps(one)}" if way == "steps by example" else ""
        lines.append(f"{told(one)}{middle}{END} {prompting.answer(one)} cup.\n")
    last = {"phrase": PHRASE, "steps by example": ""}.get(way, END)
    return "".join([*lines, told(game), last])


def ask(
    reader: Reader, way: str, games: Sequence[Game], shown: int
) -> list[dict[str, Any]]:
    """What it answers: the likeliest cup, or the last one that it writes."""
    this = reader()
    texts, rows = [prompt(way, game) for game in games], []
    prompts = [
        real.chat(this.tokenizer, text) if way == "phrase" else ids_of(this, text)
        for text in texts
    ]
    if way in ("at once", "by example"):
        first = [ids_of(this, f" {cup}")[0] for cup in CUPS]
        for ids in prompts:
            p = real.log_probs(this.model, this.config, ids)[-1]
            rows.append((CUPS[int(p[first].argmax())], ""))
    else:
        stop = this.tokenizer.special_ids[CHAT]
        for ids in write_together(this, prompts, shown, stop=stop):
            text = decode(this.tokenizer, ids)
            text = text if way == "phrase" else text.split("\n")[0]
            cups = CUP.findall(text.lower())
            rows.append((cups[-1] if cups else "", text))
    return [
        {"said": cup, "right": cup == prompting.answer(game), "text": text}
        for (cup, text), game in zip(rows, games, strict=True)
    ]
