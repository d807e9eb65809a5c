"""Chapter 11: steps of agents a second, one at a time and side by side.

A step is a thought, a call and its result, or an answer. There is no peer: a framework
would wait for its model, which is what is timed here.
"""

import random
from collections.abc import Callable
from typing import Any

from tests.benchmarks.bench_model import row
from tests.benchmarks.timing import seconds

from sbt_jax.agents import Desk, draw_archive
from sbt_jax.shipped.acting import agent, play
from sbt_jax.viz import agents as viz

TOGETHER = 32


def rows(quick: bool = False, smoke: bool = False) -> list[dict]:
    """Runs of three look-ups, by how many are played together."""
    policy = agent()
    archive = draw_archive(random.Random(0), viz.NAMES)
    task = next(iter(viz.TASKS.values()))
    found = []
    for count in (1, 2 if smoke else TOGETHER):

        def turn(count: int = count) -> list[Any]:
            desks = [Desk(archive) for _ in range(count)]
            return play(policy, [task] * count, desks, temperature=0)

        steps = sum(len(done.calls) + 1 for done in turn())  # compiles
        tasks: list[Callable[[], Any]] = [turn]
        (spent,) = seconds(*tasks)
        line = row("agent, look-ups", f"{count} together", steps / spent)
        found.append(line | {"unit": "steps/s"})
    return found
