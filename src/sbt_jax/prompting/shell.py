"""The shell game: a ball under one of five cups, swaps, and ways to say where it is.

Public names: :mod:`sbt_jax.prompting`.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from sbt_jax import checks

CUPS = ("red", "blue", "green", "yellow", "white")
MOST = 10  # swaps of a game
#: Ways of answering, and the phrase that asks for each.
PHRASES = {
    "at once": "Just say it.",
    "in steps": "Step by step.",
    "dots": "Wait a bit.",
}
FILLER, STEP = ".", 3  # what takes the place of a written step, and its tokens
#: All that the model of the shell game can read; the first begins and ends a text.
WORDS = (
    *("<end>", "q:", "a:", "ball", "under", "swaps", "where", "so", *CUPS),
    *("just", "say", "it", "step", "by", "wait", "a", "bit", ".", ",", ":", "?"),
    *(str(n + 1) for n in range(MOST)),
)
PIECE = re.compile(r"(?<![a-z])[qa]:|[a-z]+|[0-9]+|[^a-z0-9 \t\r\n]")


class Game(NamedTuple):
    """Where the ball lies at first, and which cups change places."""

    start: str
    swaps: tuple[tuple[str, str], ...]


def draw_game(rng: random.Random, swaps: int) -> Game:
    """A game: each swap is of two cups at random.

    Args:
      rng: Draws everything.
      swaps: How many.

    Raises:
      ValueError: If ``swaps`` is not in 1 to 10.

    Example:
      >>> draw_game(random.Random(0), 2)
      Game(start='yellow', swaps=(('yellow', 'white'), ('green', 'red')))
    """
    checks.whole("swaps", swaps, 1, MOST)
    pairs = [(one, two) for one in CUPS for two in CUPS if one != two]
    return Game(rng.choice(CUPS), tuple(rng.choices(pairs, k=swaps)))


def places(game: Game) -> list[str]:
    """The cup that the ball is under after each swap.

    Raises:
      ValueError: If there is no such cup, or one is swapped with itself.

    Example:
      >>> places(Game("red", (("red", "blue"), ("green", "white"))))
      ['blue', 'blue']
    """
    now, found = _start(game), []
    for pair in game.swaps:
        if len(set(pair)) != 2 or not set(pair) <= set(CUPS):
            raise ValueError(f"swaps must be of two of {CUPS}, got {pair}")
        one, two = pair
        now = {one: two, two: one}.get(now, now)
        found.append(now)
    return found


def answer(game: Game) -> str:
    """Where the ball is in the end.

    Example:
      >>> answer(Game("red", (("red", "blue"), ("blue", "white"))))
      'white'
    """
    return [_start(game), *places(game)][-1]


def _start(game: Game) -> str:
    """The first cup, of what is a game."""
    if not isinstance(game, Game) or game.start not in CUPS:
        raise ValueError(f"game must start under one of {CUPS}, got {game!r}")
    return game.start


def question(game: Game) -> str:
    """The game in words.

    Example:
      >>> question(Game("red", (("red", "blue"), ("green", "white"))))
      'Q: Ball under red. Swaps: 1 red blue, 2 green white. Where?'
    """
    swaps = ", ".join(f"{n} {a} {b}" for n, (a, b) in enumerate(game.swaps, 1))
    return f"Q: Ball under {game.start}. Swaps: {swaps}. Where?"


def answered(game: Game, way: str) -> str:
    """An answer in one of the ways of ``PHRASES``.

    Raises:
      ValueError: If there is no such way.

    Example:
      >>> game = Game("red", (("red", "blue"), ("green", "white")))
      >>> for way in PHRASES:
      ...     print(answered(game, way))
      A: So blue.
      A: 1 blue, 2 blue. So blue.
      A: ...... So blue.
    """
    if way not in PHRASES:
        raise ValueError(f"way must be one of {tuple(PHRASES)}, got {way!r}")
    said = f"So {answer(game)}."
    if way == "at once":
        return f"A: {said}"
    if way == "dots":
        return f"A: {FILLER * STEP * len(game.swaps)} {said}"
    steps = ", ".join(f"{n} {cup}" for n, cup in enumerate(places(game), 1))
    return f"A: {steps}. {said}"


def shell_prompt(
    game: Game, way: str = "", examples: Sequence[Game] = (), phrase: bool = False
) -> str:
    """A prompt: perhaps a phrase, perhaps examples, the question, and "A:".

    Args:
      game: What is asked.
      way: How examples are answered, and what the phrase asks for.
      examples: Games whose answers are shown before.
      phrase: Whether the phrase stands first.

    Raises:
      ValueError: If there are examples or a phrase, but no such way.

    Example:
      >>> print(shell_prompt(Game("red", (("red", "blue"),)), "in steps", phrase=True))
      Step by step.
      Q: Ball under red. Swaps: 1 red blue. Where?
      A:
    """
    if (examples or phrase) and way not in PHRASES:
        raise ValueError(f"way must be one of {tuple(PHRASES)}, got {way!r}")
    lines = [PHRASES[way]] if phrase else []
    for one in examples:
        lines += [question(one), answered(one, way)]
    return "\n".join([*lines, question(game), "A:"])


def read_shell(text: str) -> tuple[list[int], list[str]]:
    """The ids of a text after ``<end>``, and the words that there are no ids for.

    Mirrored in the browser.

    Raises:
      TypeError: If ``text`` is no text.

    Example:
      >>> read_shell("Ball under my cup.")
      ([0, 3, 4, 21], ['my', 'cup'])
    """
    pieces = PIECE.findall(checks.text("text", text).lower())
    known = [WORDS.index(piece) for piece in pieces if piece in WORDS[1:]]
    return [0, *known], [piece for piece in pieces if piece not in WORDS[1:]]


def spell_shell(ids: Sequence[int]) -> str:
    """The text of ids, up to the end; mirrored in the browser.

    Raises:
      ValueError: If an id is none.

    Example:
      >>> spell_shell(read_shell("q: Ball under red. a: 1 red, 2 blue. So blue.")[0])
      'Q: Ball under red. A: 1 red, 2 blue. So blue.'
    """
    text = ""
    for token in checks.row("ids", ids, len(WORDS)).tolist():
        word = WORDS[token]
        if token == 0:
            if text:
                break
            continue
        first = not text or text[-1] in ".?" or text.endswith(("Q:", "A:"))
        word = word.capitalize() if first or word in ("q:", "a:") else word
        close = not text or word in (".", ",", ":", "?")
        text += word if close else f" {word}"
    return text


def last_game(text: str) -> Game | None:
    """The game that a text asks about last, if it asks about one.

    Mirrored in the browser.

    Example:
      >>> last_game("Q: Ball under red. Swaps: 1 red blue. Where? A:")
      Game(start='red', swaps=(('red', 'blue'),))
      >>> last_game("Where is the ball?") is None
      True
    """
    asked = " ".join(PIECE.findall(checks.text("text", text).lower())).split("q:")[-1]
    cup = f"({'|'.join(CUPS)})"
    start = re.search(rf"ball under {cup}\b", asked)
    swaps = re.findall(rf"\d+ {cup} {cup}(?= [,.])", asked.split("a:")[0])
    if not start or not swaps or any(one == two for one, two in swaps):
        return None
    return Game(start[1], tuple(swaps))
