"""The game of five cups: swaps, the chain of places, and what unread swaps cost.

Public names: :mod:`sbt_jax.reasoning`.
"""

import itertools
import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from sbt_jax import checks

PLACES = ("A", "B", "C", "D", "E")
SWAPS = tuple(itertools.combinations(range(len(PLACES)), 2))
PAIRS = tuple(PLACES[a] + PLACES[b] for a, b in SWAPS)
MOST = 8  # swaps of a game
START, THINK, SO, WAIT, ASK = "<start>", "think", "so", "wait", "?"
#: All that the small models of this chapter can read and write.
WORDS = (
    START,
    *PLACES,
    *PAIRS,
    *(ASK, THINK, SO, WAIT),
)
PIECE = re.compile(r"[A-Za-z]+|\?")


class Cups(NamedTuple):
    """A game: where the ball lies at first, and which places are swapped."""

    start: int
    swaps: tuple[int, ...]  # each a place in SWAPS


def draw_cups(rng: random.Random, swaps: int) -> Cups:
    """A game with swaps of two places at random.

    Args:
      rng: Draws everything.
      swaps: How many.

    Raises:
      ValueError: If ``swaps`` is not in 1 to 8.

    Example:
      >>> draw_cups(random.Random(0), 2)
      Cups(start=3, swaps=(6, 0))
    """
    checks.whole("swaps", swaps, 1, MOST)
    start = rng.randrange(len(PLACES))
    return Cups(start, tuple(rng.randrange(len(SWAPS)) for _ in range(swaps)))


def moved() -> Int[np.ndarray, "rows cols"]:
    """Where a ball goes: a row for each place, a column for each swap.

    Example:
      >>> moved()[0, :4]
      array([1, 2, 3, 4])
    """
    table = np.tile(np.arange(len(PLACES))[:, None], (1, len(SWAPS)))
    for at, (a, b) in enumerate(SWAPS):
        table[a, at], table[b, at] = b, a
    return table


def track(cups: Cups) -> list[int]:
    """The place of the ball after each swap.

    Raises:
      ValueError: If the ball or a swap is none of the game's.

    Example:
      >>> track(Cups(0, (0, 9, 4)))
      [1, 1, 2]
    """
    checks.whole("start", cups.start, 0, len(PLACES) - 1)
    now, found, table = cups.start, [], moved()
    for swap in cups.swaps:
        checks.whole("swaps", swap, 0, len(SWAPS) - 1)
        now = int(table[now, swap])
        found.append(now)
    return found


def question_ids(cups: Cups) -> list[int]:
    """The game as the model reads it: start, place, swaps, question mark.

    Raises:
      ValueError: As in :func:`track`.

    Example:
      >>> spell_cups(question_ids(Cups(0, (0, 9))))
      'A AB DE ?'
    """
    track(cups)
    ids = [0, 1 + cups.start, *(1 + len(PLACES) + swap for swap in cups.swaps)]
    return [*ids, WORDS.index(ASK)]


def thought_ids(cups: Cups, budget: int) -> list[int]:
    """The words up to the answer: none of the chain, some of it, or all.

    Args:
      cups: The game.
      budget: How many places may be written before the answer.

    Raises:
      ValueError: If ``budget`` is negative.

    Example:
      >>> game = Cups(0, (0, 9, 4))
      >>> [spell_cups(thought_ids(game, b)) for b in (0, 2, 9)]
      ['so', 'think B B so', 'think B B C so']
    """
    checks.whole("budget", budget)
    written = [1 + place for place in track(cups)[:budget]]
    think = [WORDS.index(THINK), *written] if written else []
    return [*think, WORDS.index(SO)]


def read_cups(text: str) -> tuple[Cups | None, list[str]]:
    """The game in a text, and the words in it that belong to none.

    The first single letter is the ball's place, each pair of letters a swap. Of more
    than eight swaps the first eight count. Mirrored in the browser.

    Raises:
      TypeError: If ``text`` is no text.

    Example:
      >>> read_cups("ball under a: AB, then ed")
      (Cups(start=0, swaps=(0, 9)), ['ball', 'under', 'then'])
    """
    start, swaps, unknown = None, list[int](), list[str]()
    for piece in PIECE.findall(checks.text("text", text)):
        word = piece.upper()
        pair = "".join(sorted(word))
        if word in PLACES and start is None:
            start = PLACES.index(word)
        elif pair in PAIRS:
            swaps.append(PAIRS.index(pair))
        elif piece != ASK:
            unknown.append(piece)
    if start is None or not swaps:
        return None, unknown
    return Cups(start, tuple(swaps[:MOST])), unknown


def read_chain(text: str) -> tuple[list[int], list[str]]:
    """The tokens of a chain, and the words in it that belong to none.

    Single letters are places; ``wait`` may stand between. Mirrored in the browser.

    Raises:
      TypeError: If ``text`` is no text.

    Example:
      >>> read_chain("a B, wait! b hm")
      ([1, 2, 19, 2], ['hm'])
    """
    ids, unknown = list[int](), list[str]()
    for piece in PIECE.findall(checks.text("text", text)):
        if piece.upper() in PLACES:
            ids.append(1 + PLACES.index(piece.upper()))
        elif piece.lower() == WAIT:
            ids.append(WORDS.index(WAIT))
        elif piece.lower() not in (THINK, SO, ASK):
            unknown.append(piece)
    return ids, unknown


def spell_cups(ids: Sequence[int]) -> str:
    """The words of ids, without the start.

    Raises:
      ValueError: If an id is none.

    Example:
      >>> spell_cups([0, 1, 6, 16])
      'A AB ?'
    """
    known = checks.row("ids", ids).tolist()
    for token in known:
        checks.whole("ids", token, 0, len(WORDS) - 1)
    return " ".join(WORDS[token] for token in known if token)


def law(swaps: int, budget: int, silent: float = 0.0) -> float:
    r"""How often the best guess is right when some swaps stay unread.

    .. math:: \tfrac15 + \tfrac45 \left(\tfrac12\right)^{k - b - d}

    Four in ten swaps touch the ball's place and send it to one of four others, so each
    swap that is not followed halves what is known beyond a blind guess.

    Args:
      swaps: :math:`k`, all of them.
      budget: :math:`b`, places that are written down.
      silent: :math:`d`, swaps that are done in the head after that.

    Raises:
      ValueError: If one is negative.

    Example:
      >>> [round(law(8, b), 3) for b in (0, 6, 7, 8)]
      [0.203, 0.4, 0.6, 1.0]
    """
    checks.whole("swaps", swaps)
    checks.whole("budget", budget)
    checks.number("silent", silent, 0)
    left = max(0.0, swaps - budget - silent)
    return 1 / len(PLACES) + (1 - 1 / len(PLACES)) * 0.5**left


def silent_swaps(right: float, swaps: int) -> float:
    """How many swaps a model does in its head, from how often it is right.

    The law turned round: what :func:`law` needs as ``silent`` to give ``right``.

    Args:
      right: Share of right answers without a chain.
      swaps: Of each game.

    Raises:
      ValueError: If ``right`` is not a share.

    Example:
      >>> round(silent_swaps(law(6, 0, 2.0), 6), 3)
      2.0
    """
    checks.number("right", right, 0, 1)
    checks.whole("swaps", swaps)
    blind = 1 / len(PLACES)
    known = (right - blind) / (1 - blind)
    if known <= 0.5**swaps:
        return 0.0
    return float(swaps + np.log2(known))
