"""Notes with questions: texts that can only be answered by reading them.

What the *reader* learns from, and what chapters 9 to 13 stand on. A text holds some
notes and then questions about them; what a note says is drawn anew for each text, so
that memory is no help, and may contradict what stories say of a person. An answer
quotes the note that it rests on; where there is none, it says so. Nobody of
:func:`kept_back` stands in a note that a model learns from.
"""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.world.notable import held_out, people
from sbt_jax.world.questions import HALVES, notable
from sbt_jax.world.themes import FACTS, THEMES, Asked, Pool, Told, fact, values
from sbt_jax.world.words import BOYS, GIRLS, OBJECTS

__all__ = [
    "ABSENT",
    "END",
    "FACTS",
    "MIXES",
    "MODEL",
    "MOST",
    "NOTE",
    "PLAIN",
    "THEMES",
    "USER",
    "Asked",
    "Text",
    "draw",
    "fact",
    "kept_back",
    "prompt",
    "said",
    "texts",
    "told",
    "values",
]

NOTE, USER, MODEL, END = "<result>", "<user>", "<model>", "<end>"
ABSENT = "Nobody told me."
MOST = 10  # notes of a text
PLAIN = (("fact",), ("fact", "person"), ("person",))
MIXES = tuple((kind,) for kind in FACTS) + PLAIN + (tuple(THEMES),) * 3
Parts = list[tuple[str, str]]


class Text(NamedTuple):
    """Notes, and questions about them."""

    notes: tuple[str, ...]
    asked: tuple[Asked, ...]


def kept_back() -> list[str]:
    """People whom no note that a model learns from is about: to measure on.

    Example:
      >>> len(kept_back()), len(people()) - len(kept_back())
      (108, 468)
    """
    return [*notable("kept back"), *held_out()]


_BACK = set(kept_back())
_NAMES = {
    HALVES[0]: [name for name in people() if name not in _BACK],
    HALVES[1]: kept_back(),
}


def _pool(rng: random.Random, half: str) -> Pool:
    names = rng.sample(_NAMES[half], 4 * MOST)
    return Pool(names, rng.sample(GIRLS + BOYS, 24), rng.sample(OBJECTS, 24))


def _mixed(rng: random.Random, told: Sequence[Told]) -> Text:
    """Notes of several themes in any order, each theme's own kept."""
    turns = [i for i, one in enumerate(told) for _ in one.notes]
    rng.shuffle(turns)
    places = [
        [at for at, turn in enumerate(turns) if turn == i] for i in range(len(told))
    ]
    left = [iter(one.notes) for one in told]
    notes = tuple(next(left[turn]) for turn in turns)
    asked = [
        one._replace(rests_on=tuple(places[i][at] for at in one.rests_on))
        for i, theme in enumerate(told)
        for one in theme.asked
    ]
    for word, at in (("first", 0), ("last", len(notes) - 1)):
        asked.append(Asked("order", f"What came {word}?", notes[at], (at,)))
    return Text(notes, tuple(asked))


def _absent(
    rng: random.Random,
    pool: Pool,
    spoken: list[str],
    text: Text,
    themes: Sequence[str],
) -> Asked:
    """A question that no note answers: of others, or something else of the same."""
    answered = {one.question for one in text.asked}
    told = " ".join(text.notes)
    while True:
        spare = Pool(*(side.copy() for side in pool))
        for side in spare:
            rng.shuffle(side)
        if spoken and rng.random() < 0.5:
            spare.names.append(rng.choice(spoken))
        one = rng.choice(THEMES[rng.choice(themes)](rng, spare).asked)
        # "What does she have?" could be answered by how many plums she has.
        counted = one.kind == "pet" and f"{one.question[10:-6]} has " in told
        if one.question not in answered and not counted:
            return Asked("absent", one.question, ABSENT, ())


def draw(
    rng: random.Random,
    notes: int,
    asked: int,
    half: str = HALVES[0],
    themes: Sequence[str] = ("fact",),
    absent: float = 0.2,
) -> Text:
    """Notes, and questions about them.

    Args:
      rng: Draws everything.
      notes: How many at least; a theme may add one more.
      asked: The most questions.
      half: ``asked`` for people to learn from, ``kept back`` for the others.
      themes: Names of :data:`THEMES`.
      absent: The share of questions that no note answers.

    Raises:
      ValueError: If there is no such half or theme, or a number is out of range.

    Example:
      >>> text = draw(random.Random(0), notes=1, asked=1, absent=0.0)
      >>> text.notes, text.asked[0].question
      (('Hugo Winter lives in Oakham.',), 'Where does Hugo Winter live?')
    """
    if half not in HALVES:
        raise ValueError(f"half must be one of {HALVES}, got {half!r}")
    unknown = [theme for theme in themes if theme not in THEMES]
    if unknown or not themes:
        raise ValueError(f"themes must be among {list(THEMES)}, got {list(themes)}")
    checks.whole("notes", notes, 0, MOST)
    checks.whole("asked", asked, 1)
    checks.number("absent", absent, 0, 1)
    pool, told = _pool(rng, half), list[Told]()
    names = pool.names.copy()
    while sum(len(one.notes) for one in told) < notes:
        told.append(THEMES[rng.choice(themes)](rng, pool))
    text = _mixed(rng, told) if told else Text((), ())
    choice = list(text.asked)
    if len(themes) == 1:
        choice = [one for one in choice if one.kind != "order"]
    rng.shuffle(choice)
    spoken = names[len(pool.names) :]
    chosen: list[Asked] = []
    while len(chosen) < asked and (choice or not chosen):
        if choice and rng.random() >= absent:
            chosen.append(choice.pop())
        else:
            chosen.append(_absent(rng, pool, spoken, text, themes))
    return Text(text.notes, tuple(chosen))


def texts(
    count: int,
    seed: int,
    half: str = HALVES[0],
    most: int = MOST,
    mixes: Sequence[Sequence[str]] = MIXES,
    absent: float = 0.2,
) -> Iterator[Text]:
    """Texts to learn from: as many notes as there may be, of every theme.

    Args:
      count: How many.
      seed: Which sequence.
      half: As in :func:`draw`.
      most: The most notes of a text, or one more.
      mixes: Themes of a text, each as likely as the others. By default a third hold
        facts of one kind, so that only the name can tell which note answers; a third
        facts of every kind, of some people two; a third all themes.
      absent: As in :func:`draw`. Where it is not 0, a few texts have no note at all.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> max(len(text.notes) for text in texts(100, seed=0)) <= MOST + 1
      True
    """
    checks.whole("count", count)
    checks.whole("most", most, 1, MOST)
    rng = random.Random(f"notes {seed} {half} {most}")
    for _ in range(count):
        many = 0 if absent and rng.random() < 0.02 else rng.randint(1, most)
        yield draw(rng, many, 8, half, rng.choice(mixes), absent)


def said(mark: str, words: str) -> tuple[str, str]:
    """A part of a text: a mark, and the words right after it.

    Without a space the first name is spelled in pieces, unlike in a sentence of a
    story. In single runs the reader learned sooner so than with a space.

    Example:
      >>> said(USER, "Who is it?")
      ('<user>', 'Who is it?')
    """
    return mark, words


def told(text: Text, mark: str = NOTE) -> Parts:
    """The notes of a text, each after a mark.

    Example:
      >>> told(Text(("Tom is here.",), ()))
      [('<end>', ''), ('<result>', 'Tom is here.')]
    """
    return [(END, ""), *(said(mark, note) for note in text.notes)]


def prompt(text: Text, question: str, mark: str = NOTE) -> Parts:
    """What the model is given before it answers.

    Example:
      >>> prompt(Text((), ()), "Who is it?")
      [('<end>', ''), ('<user>', 'Who is it?'), ('<model>', '')]
    """
    return [*told(text, mark), said(USER, question), (MODEL, "")]
