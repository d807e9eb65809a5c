"""The oracle: exact probabilities of what comes next, and of whole stories.

A *thread* is one way to have come here: what is still to be done, and what is
remembered. Reading a word keeps the threads that say it. The probability of a
prefix is the sum over its threads, so nothing is lost when two of them say the
same words.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sbt_jax.world.tables import END, World
from sbt_jax.world.template import Op

State = dict[str, str]
#: Operations, the place in them, and what comes after; None is the end.
Rest = tuple[Any, int, Any] | None


@dataclass(frozen=True)
class Thread:
    """One way to have come here, with its probability."""

    rest: Rest
    state: State
    probability: float


@dataclass(frozen=True)
class Next:
    """A word that may come: how likely, and what it takes to know it."""

    probability: float
    skill: str
    threads: tuple[Thread, ...]


def look_up(world: World, state: State, ref: Op) -> str:
    """The value of a ref; empty if nothing is remembered under it."""
    kind = ref[0]
    if kind == "reg":
        return state.get(ref[1], "")
    if kind == "is":
        return str(ref[1])
    if kind == "of":
        return world.things.get(look_up(world, state, ref[1]), {}).get(ref[2], "")
    if kind == "at":
        return state.get(f"{ref[1]} {look_up(world, state, ref[2])}", "")
    left, right = (look_up(world, state, r) for r in ref[2:])
    return str(int(left) + ref[1] * int(right))


def holds(world: World, state: State, guard: list[Op]) -> bool:
    """Whether every comparison of a guard is true."""
    for kind, *refs in guard:
        left = look_up(world, state, refs[0])
        if len(refs) == 1:
            true = bool(left) == (kind == "yes")
        else:
            right = look_up(world, state, refs[1])
            if kind == "<":
                true = int(left) < int(right)
            else:
                true = (left == right) == (kind == "=")
        if not true:
            return False
    return True


def remember(world: World, state: State, op: Op) -> State:
    """The state after a ``set`` or a ``forget``."""
    if op[0] == "forget":
        return {key: value for key, value in state.items() if key[0] != "_"}
    target, value = op[1], look_up(world, state, op[2])
    key = target[1]
    if target[0] == "at":
        key = f"{key} {look_up(world, state, target[2])}"
    return {**state, key: value}


def candidates(world: World, state: State, op: Op) -> list[tuple[State, float]]:
    """The states that a ``pick`` may lead to, with their probabilities.

    Raises:
      ValueError: If there is nothing to pick: a fault of the tables.
    """
    _, name, source, guard = op
    if isinstance(source, str):
        entries = world.sets[source]
    else:
        entries = [(look_up(world, state, ref), 1.0) for ref in source]
    found = []
    for value, weight in entries:
        after = {**state, name: value}
        if not guard or holds(world, after, guard):
            found.append((after, weight))
    total = sum(weight for _, weight in found)
    if not total:
        raise ValueError(f"nothing to pick for {name} from {source}, state {state}")
    return [(after, weight / total) for after, weight in found]


def said(world: World, state: State, op: Op) -> tuple[str, ...]:
    """The words of a ``say``, with the space and the capital that it asks for."""
    value = look_up(world, state, op[1])
    words = world.say(value)
    if not words:
        raise ValueError(f"nothing to say for {op[1]}, state {state}")
    first = words[0]
    if op[3]:
        first = first[0].upper() + first[1:]
    if not op[2]:
        first = " " + first
    return (first, *words[1:])


def following(world: World, thread: Thread) -> Iterator[tuple[str, str, Thread]]:
    """Every word that a thread may say next, its skill, and the thread after it."""
    todo = [(thread.rest, thread.state, thread.probability)]
    while todo:
        rest, state, p = todo.pop()
        if rest is None:
            yield END, "grammar", Thread(None, state, p)
            continue
        ops, at, after = rest
        if at == len(ops):
            todo.append((after, state, p))
            continue
        op, rest = ops[at], (ops, at + 1, after)
        kind = op[0]
        if kind == "word":
            yield op[1], op[2] if len(op) > 2 else "grammar", Thread(rest, state, p)
        elif kind == "say":
            first, *others = said(world, state, op)
            if others:
                rest = (tuple(("word", word, op[4]) for word in others), 0, rest)
            yield first, op[4], Thread(rest, state, p)
        elif kind == "rule":
            open_to = [a for a in world.compiled[op[1]] if holds(world, state, a[1])]
            total = sum(weight for weight, _, _ in open_to)
            if not total:
                raise ValueError(f"rule {op[1]} is stuck in state {state}")
            if rest[1] == len(rest[0]):  # nothing left here: come back further up
                rest = rest[2]
            todo += [((a[2], 0, rest), state, p * a[0] / total) for a in open_to]
        elif kind == "pick":
            todo += [(rest, s, p * share) for s, share in candidates(world, state, op)]
        else:
            todo.append((rest, remember(world, state, op), p))


def settled(world: World, thread: Thread) -> State:
    """The state once all has been remembered that is sure to be, word or not."""
    rest, state = thread.rest, thread.state
    while rest is not None:
        ops, at, after = rest
        if at == len(ops):
            rest = after
        elif ops[at][0] in ("set", "forget"):
            state, rest = remember(world, state, ops[at]), (ops, at + 1, after)
        else:
            break
    return state


class Reading:
    """What the world knows after the words read so far. Immutable.

    Attributes:
      words: The words read.
      probability: Of all stories that begin with them.
      impossible: The first word that no story has there, or None. From it on
        there is no truth: ``next`` is empty and ``probability`` 0.
    """

    def __init__(
        self,
        world: World,
        threads: tuple[Thread, ...],
        words: tuple[str, ...],
        impossible: str | None = None,
    ) -> None:
        self.world, self.threads, self.words = world, threads, words
        self.impossible = impossible
        self._after: dict[str, Next | None] = {}

    @property
    def probability(self) -> float:
        return math.fsum(thread.probability for thread in self.threads)

    @property
    def ended(self) -> bool:
        """Whether the story is over."""
        return self.words[-1:] == (END,) and self.impossible is None

    @property
    def state(self) -> State:
        """What is remembered, if all threads agree; otherwise what they share.

        Names that start with ``_`` belong to the sentence and are left out.
        """
        if not self.threads:
            return {}
        states = [settled(self.world, thread) for thread in self.threads]
        first, *others = [set(state.items()) for state in states]
        shared = sorted(first.intersection(*others))
        return {key: value for key, value in shared if value and key[0] != "_"}

    @cached_property
    def next(self) -> dict[str, Next]:
        """Every word that may come, the likeliest first; empty at the end."""
        if self.ended or not self.threads:
            return {}
        found: dict[str, list[tuple[str, Thread]]] = {}
        for thread in self.threads:
            for word, skill, after in following(self.world, thread):
                found.setdefault(word, []).append((skill, after))
        total = self.probability
        result = {word: _gathered(ways, total) for word, ways in found.items()}
        ranked = sorted(result.items(), key=lambda x: (-x[1].probability, x[0]))
        return dict(ranked)

    def after(self, word: str) -> Next | None:
        """What ``next`` says of one word, without the work for all the others."""
        if "next" in self.__dict__ or self.ended:
            return self.next.get(word)
        if word not in self._after:
            ways = [
                (skill, after)
                for thread in self.threads
                for said, skill, after in following(self.world, thread)
                if said == word
            ]
            found = _gathered(ways, self.probability) if ways else None
            self._after[word] = found
        return self._after[word]

    def read(self, words: Iterable[str]) -> "Reading":
        """The reading after more words; stops at the first impossible one."""
        if self.impossible is not None:
            return self
        reading = self
        for word in words:
            found = reading.after(word)
            if found is None:
                return Reading(self.world, (), reading.words, impossible=word)
            reading = Reading(self.world, found.threads, (*reading.words, word))
        return reading


def _gathered(ways: list[tuple[str, Thread]], total: float) -> Next:
    """All ways to say one word, as one entry of ``next``."""
    threads = _merged([thread for _, thread in ways])
    p = sum(thread.probability for thread in threads) / total
    return Next(p, ways[0][0], threads)


def _merged(threads: list[Thread]) -> tuple[Thread, ...]:
    """Threads that are to do the same from the same state become one."""
    if len(threads) == 1:
        return tuple(threads)
    found: dict[Any, Thread] = {}
    for thread in threads:
        key = (_key(thread.rest), tuple(sorted(thread.state.items())))
        known = found.get(key)
        p = thread.probability + (known.probability if known else 0.0)
        found[key] = Thread(thread.rest, thread.state, p)
    return tuple(found.values())


def _key(rest: Rest) -> tuple[Any, ...]:
    """The place of a thread, as something to compare."""
    places: list[Any] = []
    while rest is not None:
        ops, at, rest = rest
        places.append((ops[at:] if isinstance(ops, tuple) else id(ops), at))
    return tuple(places)
