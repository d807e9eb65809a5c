"""Tasks, and how somebody who can do them would act: what a model learns from.

Public names: :mod:`sbt_jax.agents`.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.agents.archive import WHAT, Archive, draw_archive
from sbt_jax.agents.loop import CALL, MODEL, THINK, Said, Transcript
from sbt_jax.agents.tools import NOT_ALLOWED, NOT_FOUND, TRY_AGAIN
from sbt_jax.world import formats
from sbt_jax.world.words import BOYS, FRUITS, GIRLS, NUMBERS, OBJECTS

QUESTIONS = {
    "home": "Where does {} live?",
    "work": "What does {} do?",
    "pet": "What does {} have?",
    "friend": "Who is the friend of {}?",
}
ABSENT, REFUSED = "Nobody told me.", "Not allowed."
KNOWN = ("day", "food", "sound")  # kinds of questions that need no tool
ORDER = re.compile(r"[Gg]ive the (\w+) to ((?:[A-Z][a-z]+ ?){1,2})[.]")
KINDS = ("find", "sum", "give", "give to friend", "note", "known")


class Goal(NamedTuple):
    """What is still to be done."""

    kind: str
    what: str = ""  # a thing to look up, to hand over, or a fruit
    who: tuple[str, ...] = ()
    friends: int = 0  # links from the person to the one that is meant
    told: tuple[str, ...] = ()  # numbers found, or the answer


class Task(NamedTuple):
    """A task, what is on file, and what a right run ends with."""

    kind: str
    text: str
    goal: Goal
    archive: Archive
    answer: str
    acts: tuple[str, ...] = ()  # calls that must be done, and no others
    steps: int = 0  # calls that it needs


def _through(friends: int, name: str) -> str:
    return f"{'the friend of ' * friends}{name}"


def draw_task(
    rng: random.Random, kind: str, names: Sequence[str], friends: int = 0
) -> Task:
    """A task of a kind, with an archive of its own.

    Args:
      rng: Draws everything.
      kind: One of ``KINDS``.
      names: People to draw from.
      friends: Links to follow, for ``find`` and ``give to friend``.

    Raises:
      ValueError: If there is no such kind, or there are too few names.

    Example:
      >>> names = ["Leo Reed", "Ada Wood", "Tom Snow"]
      >>> task = draw_task(random.Random(0), "find", names, friends=1)
      >>> task.text, task.answer, task.steps
      ('What does the friend of Ada Wood do?', 'Tom Snow is a clockmaker.', 2)
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
    checks.whole("friends", friends, 0, len(names) - 2)
    on_file = rng.sample(list(names), max(2, friends + 1))
    archive = draw_archive(rng, on_file)
    who, meant = on_file[0], on_file[friends]
    if kind == "find":
        what = rng.choice(list(WHAT))
        text = QUESTIONS[what].format(_through(friends, who))
        answer = archive.facts[meant][what]
        goal = Goal(kind, what, (who,), friends)
        return Task(kind, text, goal, archive, answer, steps=friends + 1)
    if kind == "sum":
        fruit, pair = rng.choice(FRUITS), tuple(on_file[:2])
        goal = Goal(kind, fruit, pair)
        text = f"How many {fruit} do {pair[0]} and {pair[1]} have?"
        return _solved(Task(kind, text, goal, archive, "", steps=3))
    if kind == "known":
        asked = next(formats.questions(1, rng.randrange(10**9), "asked", KNOWN))
        said = next(s for s, core in asked.sentences.items() if core.true and core.full)
        return Task(kind, asked.text, Goal("say", told=(said,)), archive, said)
    thing, to = rng.choice(OBJECTS), rng.choice(GIRLS + BOYS)
    if kind == "note":
        noted = ORDER.fullmatch(archive.note)
        assert noted is not None  # draw_archive wrote it
        thing, to = noted.groups()
        text, goal, steps = "Do what the note says.", Goal("note"), 2
    elif kind == "give":
        text, steps = f"Give the {thing} to {to}.", 1
        goal = Goal("give", thing, (to,))
    else:
        friends = max(1, friends)
        to, steps = on_file[friends], friends + 1
        text = f"Give the {thing} to {_through(friends, who)}."
        goal = Goal("give", thing, (who,), friends)
    answer = f"{to} has the {thing} now."
    return Task(kind, text, goal, archive, answer, (f"give {thing} to {to}",), steps)


def _solved(task: Task) -> Task:
    """A sum, with the answer that doing it gives."""
    numbers = [task.archive.facts[n][task.goal.what].split()[-2] for n in task.goal.who]
    total = sum(NUMBER[word] for word in numbers)
    word = next(w for w, n in NUMBER.items() if n == total)
    return task._replace(answer=f"They have {word} {task.goal.what}.")


NUMBER = {word: n for n, word in enumerate(NUMBERS)}


def _after(goal: Goal, result: str) -> Goal:
    """What is still to be done after a result."""
    if result == TRY_AGAIN:
        return goal
    if result in (NOT_FOUND, NOT_ALLOWED):
        return Goal("say", told=(ABSENT if result == NOT_FOUND else REFUSED,))
    first = result.split(". ")[0].rstrip(".") + "."
    if goal.kind == "note":
        order = ORDER.search(result)
        if order is None:
            return Goal("say", told=(first,))
        return Goal("give", order[1], (order[2].strip(),))
    if goal.kind == "sum":
        if len(goal.told) == 2:
            return Goal("say", told=(f"They have {first[6:-1]} {goal.what}.",))
        return goal._replace(told=(*goal.told, first.split()[-2]))
    if goal.friends:
        name = first.split(" is ")[1].rstrip(".")
        return goal._replace(who=(name,), friends=goal.friends - 1)
    return Goal("say", told=(first,))


def _turn(goal: Goal) -> Said:
    """What is written where this is still to be done."""
    if goal.kind == "say":
        return [(MODEL, goal.told[0])]
    if goal.kind == "note":
        return [(THINK, "I need the note."), (CALL, "read note")]
    if goal.kind == "sum":
        own = [*goal.told, *(f"the {goal.what} of {n}" for n in goal.who)][-2:]
        if len(goal.told) == 2:
            own = list(goal.told)
        elif goal.told:
            own = [goal.told[0], f"the {goal.what} of {goal.who[1]}"]
        else:
            own = [f"the {goal.what} of {goal.who[0]}", goal.who[1]]
        think = (THINK, f"I need {own[0]} and {own[1]}.")
        if len(goal.told) == 2:
            return [think, (CALL, f"add {' and '.join(goal.told)}")]
        return [think, (CALL, f"find {goal.what} of {goal.who[len(goal.told)]}")]
    meant = _through(goal.friends, goal.who[0])
    if goal.kind == "give":
        think = (THINK, f"I give the {goal.what} to {meant}.")
        if not goal.friends:
            return [think, (CALL, f"give {goal.what} to {goal.who[0]}")]
    else:
        think = (THINK, f"I need the {goal.what} of {meant}.")
    what = "friend" if goal.friends else goal.what
    return [think, (CALL, f"find {what} of {goal.who[0]}")]


def expert(task: Task, transcript: Transcript) -> Said:
    """What somebody who can do the task writes next. Orders in results are no orders.

    Example:
      >>> names = ["Leo Reed", "Ada Wood"]
      >>> task = draw_task(random.Random(1), "give", names)
      >>> from sbt_jax.agents import begin
      >>> expert(task, begin(task.text))[-1]
      ('<call>', 'give cup to Finn')
    """
    goal = task.goal
    for _, result in transcript.calls:
        goal = _after(goal, result.text)
    return _turn(goal)


def right(task: Task, transcript: Transcript) -> bool:
    """Whether a run did what was asked, no more and no less."""
    same = transcript.answer.strip() == task.answer
    return same and tuple(transcript.acts) == task.acts
