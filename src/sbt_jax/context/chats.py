"""What a program sends of a chat that has grown too long.

Public names: :mod:`sbt_jax.context`.  Mirrored in ``viz/context/chat.mjs``.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.world import notes

ANSWER = 16  # tokens that are kept free for the answer
MARKS = 3  # beside the words: the start of the text, the model's turn, the end of it
POLICIES = ("drop the oldest", "take notes", "sum up", "look up")
LEAD = notes.said(notes.USER, "x")[1].removesuffix("x")  # before the words of a turn
UNTOLD = notes.ABSENT
#: What can be told of a person, and how one asks for it.
NAME = "([A-Za-z]+ [A-Za-z]+)"
FACT = re.compile(rf"{NAME} (lives in|is|has) (an? [A-Za-z]+|[A-Za-z]+)[.]")
ASKED = {
    "lives in": re.compile(rf"Where does {NAME} live[?]"),
    "is": re.compile(rf"What does {NAME} do[?]"),
    "has": re.compile(rf"What does {NAME} have[?]"),
}


class Sent(NamedTuple):
    """What the model is sent of a chat."""

    places: tuple[int, ...]  # of the messages it comes from, in order
    texts: tuple[str, ...]  # as they are sent


def room_for(
    question: str, budget: int, cost: Callable[[str], int], answer: int = ANSWER
) -> int:
    """Tokens that are left for what was said before.

    Args:
      question: What is asked now.
      budget: Tokens of the window.
      cost: How many tokens a message has, its mark included.
      answer: How many are kept free.

    Returns:
      0 if not even the question fits.

    Raises:
      TypeError: If ``question`` is no text, or a number not whole.
      ValueError: If a number is negative.

    Example:
      >>> room_for("Where is Tom?", 64, cost=lambda text: len(text.split()))
      42
    """
    checks.text("question", question)
    checks.whole("answer", answer)
    left = checks.whole("budget", budget) - MARKS - cost(question) - answer
    return max(left, 0)


def sent(
    policy: str,
    messages: Sequence[str],
    question: str,
    room: int,
    cost: Callable[[str], int],
) -> Sent:
    """Choose among messages what fits.

    ``drop the oldest`` keeps the last ones whole. ``take notes`` keeps what is told of
    people, a later fact in place of an earlier one, and no small talk. ``sum up``
    puts the same facts into one message, each without its verb. ``look up`` takes those
    that share the most words with the question.

    Args:
      policy: One of ``POLICIES``.
      messages: What was said, the oldest first.
      question: What is asked now.
      room: Tokens that there are: see :func:`room_for`.
      cost: How many tokens a message has, its mark included.

    Returns:
      The places of what is sent, and the texts, in the order in which they were said.

    Raises:
      TypeError: If messages are one text, ``question`` is none, or ``room`` not whole.
      ValueError: If there is no such policy, or ``room`` is negative.

    Example:
      >>> chat = ["Maya Frost lives in Kirby.", "The sun was out.", "Tom is here."]
      >>> words = lambda text: len(text.split())
      >>> sent("drop the oldest", chat, "Where does Maya Frost live?", 8, words).places
      (1, 2)
      >>> sent("take notes", chat, "Where does Maya Frost live?", 8, words).places
      (0,)
    """
    if policy not in POLICIES:
        raise ValueError(f"policy must be among {POLICIES}, got {policy!r}")
    messages = list(checks.words("messages", messages))
    checks.text("question", question)
    checks.whole("room", room)
    newest = range(len(messages))[::-1]
    if policy == "drop the oldest":
        return _fit(newest, messages, room, cost, stop=True)
    if policy == "take notes":
        return _fit(_noted(messages), messages, room, cost)
    if policy == "look up":
        asked = _words(question)
        shared = {at: len(asked & _words(messages[at])) for at in newest}
        best = sorted(newest, key=lambda at: -shared[at])
        return _fit(best, messages, room, cost)
    short = {at: _shortened(messages[at]) for at in _noted(messages)}
    places: list[int] = []
    for at in short:
        told = " ".join(short[i] for i in sorted([*places, at]))
        if cost(told) <= room:
            places.append(at)
    told = " ".join(short[at] for at in sorted(places))
    return Sent(tuple(sorted(places)), (told,) if places else ())


def _fit(
    order: Sequence[int],
    messages: Sequence[str],
    room: int,
    cost: Callable[[str], int],
    stop: bool = False,
) -> Sent:
    """Take messages in an order while there is room; with ``stop`` up to the first."""
    places = []
    for at in order:
        if cost(messages[at]) <= room:
            room -= cost(messages[at])
            places.append(at)
        elif stop:
            break
    places.sort()
    return Sent(tuple(places), tuple(messages[at] for at in places))


def _noted(messages: Sequence[str]) -> list[int]:
    """Places of facts about people, newest first; of one thing the last word only."""
    found: dict[tuple[str, str], int] = {}
    for at, text in enumerate(messages):
        if told := FACT.fullmatch(text):
            found[told[1], told[2]] = at
    return sorted(found.values(), reverse=True)


def _shortened(text: str) -> str:
    """A fact without its verb."""
    return FACT.sub(r"\1 \3.", text)


def _words(text: str) -> set[str]:
    return set(re.findall("[a-z]+", text.lower()))


def answer_to(question: str, messages: Sequence[str]) -> str:
    """The message that answers a question about a person: the last that tells it.

    Args:
      question: As ``Where does Maya Frost live?``
      messages: What was said, the oldest first.

    Returns:
      The message; nothing if none answers, or the question is of another kind.

    Raises:
      TypeError: If messages are one text, or ``question`` is none.

    Example:
      >>> answer_to("What does Tom Snow have?", ["Tom Snow has a pig.", "Hi."])
      'Tom Snow has a pig.'
    """
    checks.text("question", question)
    for text in list(checks.words("messages", messages))[::-1]:
        told = FACT.fullmatch(text)
        asked = ASKED[told[2]].fullmatch(question) if told else None
        if told and asked and asked[1] == told[1]:
            return text
    return ""
