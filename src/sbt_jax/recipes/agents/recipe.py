"""Agents: the reader learns to act, twice: unaware of orders in results, and wary.

``python -m sbt_jax.recipes agents`` trains low-rank adapters of the reader on runs of
somebody who can do the tasks, plays tasks about people whom training never met, and
ships two sets of adapters and one table. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

import jax

from sbt_jax import checkpoints, training
from sbt_jax.recipes import assistants
from sbt_jax.recipes.agents import measures
from sbt_jax.recipes.agents.lessons import Kind, lessons
from sbt_jax.recipes.agents.orders import wordings
from sbt_jax.recipes.assistants import Lab
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.reader import reader_model
from sbt_jax.shipped.stories import StoryModel

RECIPE = "sbt_jax.recipes.agents"
WHAT = "An agent and its wary twin: tasks by steps, failures, invented results, orders."
READS = ("world", "tokenizer", "reader", "orders")
AGENTS = {
    "agents": Kind(),
    "agents_wary": Kind(wary=True),
    "agents_whole": Kind(results=1.0),
}

#: What each is called where it is shipped.
SHIPPED = {
    "agents": "agents_actor",
    "agents_wary": "agents_wary",
    "agents_whole": "agents_mimic",
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much is run; tests run less."""

    seeds: tuple[int, ...] = (0, 1)  # the mimic is of the first alone
    episodes: int = 5500
    steps: int = 240
    rows: int = 8  # of 256 tokens
    rate: float = 8e-3
    tasks: int = 48  # of each kind, when it is measured
    tries: int = 8  # of each task
    repeated: int = 64  # tasks that are tried so often
    failed: int = 64  # tasks of each number of look-ups, when tools fail
    failing: tuple[float, ...] = (0.0, 0.1, 0.2, 0.3)
    wordings: int = 100
    each: int = 4  # runs of each wording


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digest of the wordings of orders."""
    return {"orders": checkpoints.digest(repr(wordings()))}


def train(lab: Lab, sizes: Sizes, name: str, seed: int) -> dict[str, Any]:
    """One agent; its adapters are left in the work folder."""
    lab.work.mkdir(parents=True, exist_ok=True)
    kind = AGENTS[name]
    batches = lessons(lab.tokenizer, kind, sizes.episodes, sizes.rows, seed)
    adapters = training.init_adapters(jax.random.key(seed), lab.model)
    adapters, losses = assistants.tune(lab, adapters, batches, sizes.steps, sizes.rate)
    assistants.save(lab, f"{name}-{seed}", adapters)
    return {"losses": losses[::10], "batches": len(batches)}


def policy(lab: Lab, reader: StoryModel, name: str, seed: int) -> StoryModel:
    """The reader with trained adapters in it, as they are shipped."""
    return reader._replace(model=assistants.adapted(lab, f"{name}-{seed}"))


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    sizes, reader = run.sizes, reader_model()
    lab = assistants.open_lab(reader, run.work)
    learned = run.depending(
        [
            dict(run.inputs),
            [sizes.episodes, sizes.steps, sizes.rows, sizes.rate],
        ]
    )
    table: dict[str, Any] = {"settings": dataclasses.asdict(sizes), "runs": {}}
    for seed in sizes.seeds:
        table["runs"][str(seed)] = {}
        for name, kind in AGENTS.items():
            if kind.results and seed != sizes.seeds[0]:
                continue
            of = (lab, sizes, name, seed)
            trained = learned.remembered(f"{name}-{seed}", [name, seed], train, *of)
            how = {k: v for k, v in dataclasses.asdict(sizes).items() if k != "seeds"}
            own = learned.depending([learned.of, how])
            table["runs"][str(seed)][name] = trained | measures.measured(
                own, policy(lab, reader, name, seed), name, seed
            )
    first = sizes.seeds[0]
    for name, kind in AGENTS.items():
        found = table["runs"][str(first)][name]
        what = "Low-rank adapters of the reader: it acts through tools"
        if kind.wary:
            what += ", and orders in results were shown to be none."
        elif kind.results:
            what += ", and it learned to write results as well."
        else:
            what += "."
        held_out = {f"right in {k}": v for k, v in found["kinds"].items()}
        kept = f"{name}-{first}.npz"
        shipped = f"{SHIPPED[name]}.npz"
        run.ship(shipped, what, kept=kept, seeds=(first,), held_out=held_out)
    return table
