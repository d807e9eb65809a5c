"""The sampler: stories drawn from a world, fast.

The tables become plain Python functions once; a story is one walk through them. It
draws exactly what :mod:`sbt_jax.world.oracle` describes, and adds up the logarithms
of its own choices on the way.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from sbt_jax.world.oracle import State
from sbt_jax.world.tables import World
from sbt_jax.world.template import Op

BLOCK = 1000  # stories that share a random generator

Draw = Callable[[], float]
#: Adds to the text and changes the state; returns the log-probability of its choices.
Act = Callable[[State, list[str], Draw], float]
Test = Callable[[State], bool]
Value = Callable[[State], str]


class Story(NamedTuple):
    """A story and the natural logarithm of its probability."""

    text: str
    log_probability: float


#: Tells a new story from a source of uniform numbers.
Teller = Callable[[Draw], Story]


def sampler(world: World) -> Teller:
    """A function that tells a new story from a source of uniform numbers.

    Args:
      world: The tables.

    Returns:
      The function. Its argument gives numbers in [0, 1).

    Example:
      >>> coin = [(1, "", "~Heads."), (2, "", "~Tails.")]
      >>> tell = sampler(World({}, {}, {"story": coin}))
      >>> tell(lambda: 0.3), tell(lambda: 0.4).text
      (Story(text='Heads.', log_probability=-1.0986122886681098), 'Tails.')
    """
    rules: dict[str, Act] = {}
    for name in world.compiled:
        rules[name] = _rule(world, name, rules)
    start = rules["story"]

    def tell(draw: Draw) -> Story:
        parts: list[str] = []
        log_probability = start({}, parts, draw)
        return Story("".join(parts), log_probability)

    return tell


def uniforms(*seed: int) -> Draw:
    """Uniform numbers in [0, 1), the same for the same seed.

    Example:
      >>> draw = uniforms(0)
      >>> round(draw(), 3), round(draw(), 3)
      (0.637, 0.27)
    """
    rng = np.random.default_rng(seed)

    def numbers() -> Iterator[float]:
        while True:
            yield from rng.random(4096).tolist()

    return numbers().__next__


def _rule(world: World, name: str, rules: dict[str, Act]) -> Act:
    """One of the alternatives whose guard holds, in proportion to the weights."""
    alternatives = world.compiled[name]
    weights = [float(weight) for weight, _, _ in alternatives]
    acts = [_block(world, ops, rules) for _, _, ops in alternatives]
    tests = [_guard(world, guard) for _, guard, _ in alternatives]
    if len(acts) == 1 and tests[0] is None:
        return acts[0]
    if not any(tests):
        ends, logs = _table(weights)

        def always(state: State, parts: list[str], draw: Draw) -> float:
            i = bisect_right(ends, draw())
            return logs[i] + acts[i](state, parts, draw)

        return always
    rows = list(zip(weights, tests, acts, strict=True))

    def guarded(state: State, parts: list[str], draw: Draw) -> float:
        open_to = [(w, act) for w, test, act in rows if test is None or test(state)]
        total = sum([w for w, _ in open_to])
        if not total:
            raise ValueError(f"rule {name} is stuck in state {state}")
        mark = draw() * total
        for weight, act in open_to:  # noqa: B007 - the last, if rounding leaves none
            mark -= weight
            if mark < 0:
                break
        return math.log(weight / total) + act(state, parts, draw)

    return guarded


def _table(weights: list[float]) -> tuple[list[float], list[float]]:
    """Where each share of [0, 1) ends, but the last, and the logarithms."""
    total = sum(weights)
    ends = list(accumulate(weight / total for weight in weights))[:-1]
    return ends, [math.log(weight / total) for weight in weights]


def _block(world: World, ops: list[Op], rules: dict[str, Act]) -> Act:
    """Operations one after another; words that stand together are one string."""
    acts: list[Act] = []
    for op in ops:
        kind = op[0]
        if kind == "word":
            words = op[1]
            if acts and hasattr(acts[-1], "words"):
                words = acts.pop().words + words  # type: ignore[attr-defined]
            acts.append(_words(words))
        elif kind == "say":
            acts.append(_say(world, op))
        elif kind == "rule":
            acts.append(_call(op[1], rules))
        elif kind == "pick":
            acts.append(_pick(world, op))
        elif kind == "set":
            acts.append(_set(world, op))
        else:
            acts.append(_forget)
    if len(acts) == 1:
        return acts[0]

    def block(state: State, parts: list[str], draw: Draw) -> float:
        total = 0.0
        for act in acts:
            total += act(state, parts, draw)
        return total

    return block


def _words(words: str) -> Act:
    def act(state: State, parts: list[str], draw: Draw) -> float:
        parts.append(words)
        return 0.0

    act.words = words  # type: ignore[attr-defined]
    return act


def _call(name: str, rules: dict[str, Act]) -> Act:
    def act(state: State, parts: list[str], draw: Draw) -> float:
        return rules[name](state, parts, draw)

    return act


def _say(world: World, op: Op) -> Act:
    value, (glued, capital) = _ref(world, op[1]), op[2:4]
    known: dict[str, str] = {}

    def act(state: State, parts: list[str], draw: Draw) -> float:
        key = value(state)
        text = known.get(key)
        if text is None:
            text = "".join(world.say(key))
            if not text:
                raise ValueError(f"nothing to say for {op[1]}, state {state}")
            text = text[0].upper() + text[1:] if capital else text
            text = known[key] = text if glued else f" {text}"
        parts.append(text)
        return 0.0

    return act


def _pick(world: World, op: Op) -> Act:
    """A value from a set, or one of several; remembered under a name."""
    _, name, source, guard = op
    test = _guard(world, guard)
    if isinstance(source, str) and test is None:
        return _free_pick(world, name, source)
    fitting = _fitting(world, name, source, test)

    def act(state: State, parts: list[str], draw: Draw) -> float:
        before = state.get(name, "")
        found = fitting(state)
        total = sum([weight for _, weight in found])
        if not total:
            raise ValueError(f"nothing to pick for {name}, which was {before!r}")
        mark = draw() * total
        for key, weight in found:  # noqa: B007 - the last, if rounding leaves none
            mark -= weight
            if mark < 0:
                break
        state[name] = key
        return math.log(weight / total)

    return act


def _free_pick(world: World, name: str, source: str) -> Act:
    """Without a guard the shares are always the same."""
    ids = [key for key, _ in world.sets[source]]
    ends, logs = _table([float(weight) for _, weight in world.sets[source]])

    def free(state: State, parts: list[str], draw: Draw) -> float:
        i = bisect_right(ends, draw())
        state[name] = ids[i]
        return logs[i]

    return free


def _fitting(
    world: World, name: str, source: str | list[Op], test: Test | None
) -> Callable[[State], list[tuple[str, float]]]:
    """The values that pass the test when the name stands for them, with weights."""
    if isinstance(source, str):
        rows = [(key, float(weight)) for key, weight in world.sets[source]]

        def candidates(state: State) -> list[tuple[str, float]]:
            return rows

    else:
        values = [_ref(world, ref) for ref in source]

        def candidates(state: State) -> list[tuple[str, float]]:
            return [(value(state), 1.0) for value in values]

    def fitting(state: State) -> list[tuple[str, float]]:
        found = []
        for row in candidates(state):
            state[name] = row[0]
            if test is None or test(state):
                found.append(row)
        return found

    return fitting


def _set(world: World, op: Op) -> Act:
    target, value = op[1], _ref(world, op[2])
    name = target[1]
    if target[0] == "reg":

        def plain(state: State, parts: list[str], draw: Draw) -> float:
            state[name] = value(state)
            return 0.0

        return plain
    index = _ref(world, target[2])

    def keyed(state: State, parts: list[str], draw: Draw) -> float:
        state[f"{name} {index(state)}"] = value(state)
        return 0.0

    return keyed


def _forget(state: State, parts: list[str], draw: Draw) -> float:
    for key in [key for key in state if key[0] == "_"]:
        del state[key]
    return 0.0


def _ref(world: World, ref: Op) -> Value:
    """A ref as a function of the state."""
    kind = ref[0]
    if kind == "reg":
        name = ref[1]
        return lambda state: state.get(name, "")
    if kind == "is":
        constant = ref[1]
        return lambda state: constant
    if kind == "of":
        inner, attribute = _ref(world, ref[1]), ref[2]
        table = {
            key: of[attribute] for key, of in world.things.items() if attribute in of
        }
        return lambda state: table.get(inner(state), "")
    if kind == "at":
        start, inner = f"{ref[1]} ", _ref(world, ref[2])
        return lambda state: state.get(start + inner(state), "")
    factor, left, right = ref[1], _ref(world, ref[2]), _ref(world, ref[3])
    return lambda state: str(int(left(state)) + factor * int(right(state)))


def _guard(world: World, guard: list[Op]) -> Test | None:
    """All comparisons of a guard as one function; None if there are none."""
    tests = [_comparison(world, *comparison) for comparison in guard]
    if not tests:
        return None
    if len(tests) == 1:
        return tests[0]
    return lambda state: all([test(state) for test in tests])  # noqa: C419 - faster


def _comparison(world: World, kind: str, *refs: Op) -> Test:
    left, *others = [_ref(world, ref) for ref in refs]
    if kind == "yes":
        return lambda state: bool(left(state))
    if kind == "no":
        return lambda state: not left(state)
    (right,) = others
    if kind == "=":
        return lambda state: left(state) == right(state)
    if kind == "!=":
        return lambda state: left(state) != right(state)
    return lambda state: int(left(state)) < int(right(state))


def block(tell: Teller, seed: int, index: int) -> Iterator[Story]:
    """One thousand stories, the same for the same seed and index, one at a time.

    Example:
      >>> coin = [(1, "", "~Heads."), (1, "", "~Tails.")]
      >>> tell = sampler(World({}, {}, {"story": coin}))
      >>> first, second, *_ = block(tell, seed=0, index=0)
      >>> first.text, second.text
      ('Tails.', 'Heads.')
    """
    draw = uniforms(seed, index)
    for _ in range(BLOCK):
        yield tell(draw)
