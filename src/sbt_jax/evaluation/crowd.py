"""Voters who know what they like, for an arena without people.

Public names: :mod:`sbt_jax.evaluation`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from sbt_jax import checks
from sbt_jax.evaluation.arena import Votes, votes


class Answer(NamedTuple):
    """One answer in the pool of an arena."""

    who: int  # its contestant
    question: int
    text: str
    true: bool
    niceties: int


#: What a true answer is worth to each voter, and each nicety of up to two.
VOTERS = {"likes it short": (1.5, -0.9), "likes niceties": (1.5, 0.9)}
#: The contestants of the book, as figures list them.
ORDER = ("raw", "fine-tuned", "RLHF", "DPO", "ruled", "small")


def contestants(table: Mapping[str, Any]) -> list[str]:
    """The contestants of a table, those of the book in their order.

    Args:
      table: With a row for each.

    Example:
      >>> contestants({"small": 0, "raw": 1, "mine": 2})
      ['raw', 'small', 'mine']
    """
    return sorted(
        table, key=lambda who: ORDER.index(who) if who in ORDER else len(ORDER)
    )


def pool(table: Mapping[str, Any]) -> list[Answer]:
    """All answers of a table, contestant by contestant.

    Args:
      table: ``questions``, and by contestant rows ``answers``, the questions in order,
        again and again.

    Example:
      >>> row = {"text": "In Kirby.", "true": True, "niceties": 0}
      >>> pool({"questions": ["Where?"], "answers": {"main": [row]}})[0].true
      True
    """
    many = len(table["questions"])
    return [
        Answer(who, at % many, row["text"], row["true"], min(row["niceties"], 2))
        for who, name in enumerate(contestants(table["answers"]))
        for at, row in enumerate(table["answers"][name])
    ]


class Battles(NamedTuple):
    """Answers that met: the number of one and of the other in the pool."""

    first: Int[np.ndarray, " samples"]
    second: Int[np.ndarray, " samples"]


def draw_battles(answers: Sequence[Answer], count: int, seed: int = 0) -> Battles:
    """Pairs of answers to one question, by two contestants, drawn at random.

    Args:
      answers: From :func:`pool`.
      count: How many pairs.
      seed: Of the draw.

    Example:
      >>> two = [Answer(who, 0, "", True, 0) for who in (0, 1)]
      >>> sorted(map(int, np.concatenate(draw_battles(two, 1))))
      [0, 1]
    """
    checks.whole("count", count, 1)
    rng = np.random.default_rng(checks.whole("seed", seed))
    who = np.array([a.who for a in answers])
    of = np.array([a.question for a in answers])
    many = int(who.max()) + 1
    if many < 2:
        raise ValueError(f"answers must be of two contestants or more, got {many}")
    first: list[int] = []
    second: list[int] = []
    for _ in range(count):
        one, other = rng.choice(many, 2, replace=False)
        question = rng.integers(of.max() + 1)
        for side, name in ((first, one), (second, other)):
            side.append(rng.choice(np.flatnonzero((who == name) & (of == question))))
    return Battles(np.array(first), np.array(second))


def chance(
    answers: Sequence[Answer], battles: Battles, voter: str
) -> Float[np.ndarray, " samples"]:
    """How likely a voter prefers the first answer of each battle.

    Args:
      answers: From :func:`pool`.
      battles: From :func:`draw_battles`.
      voter: One of ``VOTERS``.

    Raises:
      ValueError: If there is no such voter.

    Example:
      >>> two = [Answer(0, 0, "", True, 0), Answer(1, 0, "", False, 0)]
      >>> meet = Battles(np.array([0]), np.array([1]))
      >>> print(chance(two, meet, "likes it short").round(2))
      [0.82]
    """
    if voter not in VOTERS:
        raise ValueError(f"voter must be one of {tuple(VOTERS)}, got {voter!r}")
    truth, nice = VOTERS[voter]
    worth = np.array([truth * a.true + nice * a.niceties for a in answers])
    return 1 / (1 + np.exp(worth[battles.second] - worth[battles.first]))


def vote(
    answers: Sequence[Answer], battles: Battles, voter: str, seed: int = 0
) -> Int[np.ndarray, " samples"]:
    """What a voter says of each battle: 1 for the first answer, 0 for the second.

    Args:
      answers: From :func:`pool`.
      battles: From :func:`draw_battles`.
      voter: One of ``VOTERS``.
      seed: Of the draw: the voter is not sure.

    Example:
      >>> two = [Answer(who, 0, "", True, 0) for who in (0, 1)]
      >>> meet = Battles(np.array([0] * 9), np.array([1] * 9))
      >>> vote(two, meet, "likes it short").shape
      (9,)
    """
    dice = np.random.default_rng(checks.whole("seed", seed)).random(len(battles.first))
    return (dice < chance(answers, battles, voter)).astype(int)


def counted(
    answers: Sequence[Answer], battles: Battles, won: object, style: bool = False
) -> Votes:
    """Votes on answers as votes on contestants, with the style of the answers if asked.

    Args:
      answers: From :func:`pool`.
      battles: From :func:`draw_battles`.
      won: 1, 0.5 or 0 for the first, for each battle.
      style: Whether the difference in niceties goes along.

    Example:
      >>> two = [Answer(0, 0, "", True, 2), Answer(1, 0, "", True, 0)]
      >>> counted(two, Battles(np.array([0]), np.array([1])), [1], style=True).style
      array([[2.]])
    """
    who = np.array([a.who for a in answers])
    nice = np.array([float(a.niceties) for a in answers])
    gap = (nice[battles.first] - nice[battles.second])[:, None]
    return votes(who[battles.first], who[battles.second], won, gap if style else None)
