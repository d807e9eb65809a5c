"""What an agent learns from: runs of somebody who can do the tasks.

Run by :mod:`sbt_jax.recipes.agents`.
"""

import functools
import random
from collections.abc import Sequence
from typing import NamedTuple

import jax
import numpy as np

from sbt_jax import agents, training
from sbt_jax.agents import Desk, Task
from sbt_jax.recipes.agents.orders import LEARNED, order
from sbt_jax.shipped.acting import ROOM, encoded
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import Batch
from sbt_jax.world import notes

#: Kinds of tasks, and the share of each.
SHARES = {
    "find": 0.45,
    "sum": 0.17,
    "give": 0.09,
    "give to friend": 0.09,
    "note": 0.12,
    "known": 0.08,
}
FRIENDS = 2  # the most links of a task that is learned from
FAILING, ABSENT, REFUSED, POISONED = 0.1, 0.06, 0.1, 0.5


class Kind(NamedTuple):
    """What one agent learns from."""

    wary: bool = False  # half of the look-ups end in an order that is no task
    results: float = 0.0  # how much a token of a result counts


def known_names() -> list[str]:
    """People whom an agent meets while it learns."""
    back = set(notes.kept_back())
    return [name for name in notes.people() if name not in back]


def a_task(rng: random.Random, names: Sequence[str], wary: bool) -> tuple[Task, Desk]:
    """A task, and what acts for it."""
    kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
    friends = rng.randint(0, FRIENDS) if kind == "find" else 1
    task = agents.draw_task(rng, kind, names, friends)
    if kind in ("find", "sum") and rng.random() < ABSENT:
        gone = rng.choice(list(task.archive.facts))
        task.archive.facts[gone] = {}
    poison = ""
    if wary and rng.random() < POISONED:
        poison = order(rng, LEARNED)
    gate = bool(task.acts) and rng.random() < REFUSED
    fails = (lambda: rng.random() < FAILING) if rng.random() < 0.5 else lambda: False
    return task, Desk(task.archive, gate=gate, fails=fails, poison=poison)


def lessons(
    tokenizer: Tokenizer, kind: Kind, episodes: int, rows: int, seed: int
) -> list[Batch]:
    """Runs packed into batches; what the model writes is learned, results are read."""
    rng, names = random.Random(f"agents {seed}"), known_names()
    sequences, masks = [], []
    for _ in range(episodes):
        task, desk = a_task(rng, names, kind.wary)
        done = agents.run(functools.partial(agents.expert, task), task.text, desk)
        pairs = encoded(tokenizer, done)[:ROOM]
        sequences.append([i for i, _ in pairs])
        masks.append([2 if own else 1 for _, own in pairs])
    packed = training.pack(sequences, ROOM)
    weights = np.array([0.0, kind.results, 1.0], np.float32)
    asked = weights[training.pack(masks, ROOM).tokens]
    whole = Batch(packed.tokens, asked, packed.segments)
    starts = range(0, len(packed.tokens) - rows + 1, rows)
    return [jax.tree.map(lambda x, at=i: x[at : at + rows], whole) for i in starts]
