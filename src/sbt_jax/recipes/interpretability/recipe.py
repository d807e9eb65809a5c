"""Interpretability: sparse autoencoders of the main model, scored by the world.

``python -m sbt_jax.recipes interpretability`` reads fresh stories with *main*, trains
sparse autoencoders on its stream after the second block, scores features, neurons and
probes by what the world knows to be true, patches a circuit and steers. It ships one
autoencoder and a table. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from itertools import islice
from typing import Any

import numpy as np

from sbt_jax.interpretability import SaeConfig
from sbt_jax.recipes.interpretability import circuits, dictionaries, scoring, streams
from sbt_jax.recipes.runner import Run
from sbt_jax.shipped.stories import story_model

RECIPE = "sbt_jax.recipes.interpretability"
WHAT = (
    "Sparse autoencoders of the main model's stream, and what the world says of them."
)
READS = ("world", "main")


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    trained: dictionaries.Sizes = dictionaries.Sizes()  # noqa: RUF009 - frozen
    scored: scoring.Sizes = scoring.Sizes()  # noqa: RUF009 - frozen
    circuit: circuits.Sizes = circuits.Sizes()  # noqa: RUF009 - frozen
    stuck: dictionaries.StuckSizes = dictionaries.StuckSizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1)


@functools.cache
def fresh(stories: int, trained: bool = True) -> np.ndarray:
    """Streams to learn from."""
    reader = streams.reader_of("main" if trained else "random")
    told = list(islice(streams.texts(streams.FRESH_SEED, 0), stories))
    return streams.read_stories(reader, told, neurons=False).stream.astype(np.float16)


def kinds(sizes: dictionaries.Sizes) -> dict[str, tuple[SaeConfig, float]]:
    """Every kind that is trained: its objective and its price, by name."""
    found = {}
    for level, (keep, l1, jump) in enumerate(
        zip(sizes.keep, sizes.l1, sizes.jump, strict=True)
    ):
        for objective, price in (("topk", 0.0), ("l1", l1), ("jump", jump)):
            config = SaeConfig(128, sizes.features, objective, keep)
            found[f"{objective}-{level}"] = (config, price)
    return found


def trained(run: Run) -> dict[str, Any]:
    """All autoencoders, several seeds of each kind, and one of random weights."""
    sizes = run.sizes.trained
    of = {k: v for k, v in dataclasses.asdict(sizes).items() if k != "seeds"}
    table: dict[str, Any] = {}
    wanted = [(name, seed) for seed in sizes.seeds for name in kinds(sizes)]
    wanted.sort(key=lambda one: one[0][-1])
    for name, seed in [("random-topk-0", 0), *wanted]:
        config, price = kinds(sizes)[name.removeprefix("random-")]
        found = run.remembered(
            f"sae-{name}-{seed}",
            of,
            lambda name=name, config=config, price=price, seed=seed: dictionaries.train(
                *(run.work, f"{name}-{seed}"),
                fresh(sizes.stories, not name.startswith("random")),
                *(config, price, seed, sizes),
            ),
        )
        table.setdefault(name, []).append(found)
    return table


def by_seed(run: Run) -> dict[int, str]:
    """What the features of each seed are called in the scores."""
    return {
        seed: "feature" if seed == 0 else f"feature, seed {seed}"
        for seed in run.sizes.seeds
    }


def scored(run: Run) -> dict[str, Any]:
    """Which unit knows what: of the main model, and of one with random weights."""
    of = [dataclasses.asdict(s) for s in (run.sizes.trained, run.sizes.scored)]
    files = {
        **{name: f"topk-0-{seed}" for seed, name in by_seed(run).items()},
        "feature, l1": "l1-0-0",
        "feature, jump": "jump-0-0",
    }
    return {
        name: run.remembered(
            f"scores-{name}",
            of,
            *(scoring.score, run.work, name, which, run.sizes.scored),
        )
        for name, which in (
            ("main", files),
            ("random", {"feature": "random-topk-0-0"}),
        )
    }


def circuit(run: Run) -> dict[str, Any]:
    """Where main holds who has the thing."""
    return run.remembered(
        "circuit",
        dataclasses.asdict(run.sizes.circuit),
        *(circuits.measure, story_model("main"), run.sizes.circuit),
    )


GETS = "role gets it"
SHIPPED = "topk-0-0"


def switch(run: Run, scores: dict[str, Any]) -> dict[str, Any]:
    """What becomes of the answer without the feature of who gets the thing."""
    at = scores["main"]["labels"].index(GETS)
    found: dict[str, Any] = {}
    for seed, name in by_seed(run).items():
        number, path = scores["main"][name]["unit"][at], f"topk-0-{seed}"
        ways = scoring.directions(run.work, path, GETS, number, run.sizes.scored)

        def fires(x: Any, path: str = path, number: int = number) -> Any:
            return scoring.fired(run.work / f"{path}.npz", x)[:, number]

        found[str(seed)] = {
            "number": number,
            "cosines": {
                k: round(float(ways["feature"] @ way), 3) for k, way in ways.items()
            },
            **circuits.switched(story_model("main"), ways, fires, run.sizes.circuit),
        }
    return found


def pure(run: Run, scores: dict[str, Any]) -> Any:
    """What else the best neuron and the best feature fire on."""
    at = scores["main"]["labels"].index(GETS)
    units = {k: scores["main"][k]["unit"][at] for k in ("neuron", "feature")}
    return scoring.purity(run.work, SHIPPED, GETS, units, run.sizes.scored)


def make(run: Run) -> dict[str, Any]:
    """Train and measure what is not yet there, and ship it."""
    run.work.mkdir(parents=True, exist_ok=True)
    made = trained(run)
    scores = scored(run)
    looked = circuit(run)
    circuit_of = dataclasses.asdict(run.sizes.circuit)
    scored_of = dataclasses.asdict(run.sizes.scored)
    table = {
        "trained": made,
        "scores": scores,
        "circuit": looked,
        "without": run.remembered(
            "without",
            circuit_of,
            lambda: circuits.said_without(
                story_model("main"), looked["together"]["4"][0], run.sizes.circuit
            ),
        ),
        "maps": run.remembered("maps", 1, lambda: circuits.maps(story_model("main"))),
        "switch": run.remembered(
            "switch", [scored_of, circuit_of], switch, run, scores
        ),
        "shared": {
            kind: scoring.shared(
                run.work, *(f"{kind}-{seed}" for seed in run.sizes.seeds[-2:])
            )
            for kind in ("topk-0", "l1-0", "jump-0")
            if len(run.sizes.seeds) > 1
        },
        "purity": run.remembered("purity", scored_of, pure, run, scores),
        "cards": run.remembered(
            "cards",
            scored_of,
            *(scoring.cards, run.work, SHIPPED, run.sizes.scored),
        ),
        "stuck": run.remembered(
            "stuck",
            dataclasses.asdict(run.sizes.stuck),
            lambda: dictionaries.stuck(
                fresh(run.sizes.trained.stories), run.sizes.stuck
            ),
        ),
    }
    run.ship(
        "interpretability_sae.npz",
        "A sparse autoencoder of the main model's stream after its second block.",
        kept=f"{SHIPPED}.npz",
        seeds=(0,),
        held_out={"explained": table["trained"]["topk-0"][0]["explained"]},
    )
    return table
