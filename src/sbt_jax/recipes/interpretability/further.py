"""Interpretability, further: transcoders and graphs, more autoencoders, pushes.

``python -m sbt_jax.recipes further`` trains transcoders of the main model's MLPs and
traces a word through them, trains autoencoders of several sparsities, sizes and depths,
and compares pushes with a prompt. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

from sbt_jax.interpretability import SaeConfig
from sbt_jax.recipes.interpretability import frontier, stand_ins, steering, traces
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped.stories import story_model

RECIPE = "sbt_jax.recipes.interpretability.further"
READS = ("world", "main")
TABLES = {
    "interpretability_traces": Table(
        "Transcoders of the main model's MLPs, and graphs of four next words.", READS
    ),
    "interpretability_steering": Table(
        "Pushes of the main model along directions, beside a sentence that asks.",
        (*READS, "interpretability_sae"),
    ),
    "interpretability_frontier": Table(
        "Sparse autoencoders of the main model: sparsities, sizes, depths.", READS
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    trained: stand_ins.Sizes = stand_ins.Sizes()  # noqa: RUF009 - frozen
    traced: traces.Sizes = traces.Sizes()  # noqa: RUF009 - frozen
    sparse: frontier.Sizes = frontier.Sizes()  # noqa: RUF009 - frozen
    pushed: steering.Sizes = steering.Sizes()  # noqa: RUF009 - frozen
    seeds: tuple[int, ...] = (0, 1, 2)  # of transcoders; all else has the first


def transcoders(run: Run) -> dict[str, Any]:
    """Transcoders of all blocks, main with them in place of its MLPs, and graphs."""
    sizes = run.sizes.trained
    of = {k: v for k, v in dataclasses.asdict(sizes).items() if k != "seeds"}
    whole = {**of}
    of.pop("tested")
    layers = story_model("main").config.layers
    trained = {
        str(layer + 1): [
            run.remembered(
                f"transcoder-{layer}-{seed}",
                of,
                *(stand_ins.train, run.work, layer, seed, sizes),
            )
            for seed in sizes.seeds
        ]
        for layer in range(layers)
    }
    replaced = [
        run.remembered(
            f"replaced-{seed}", whole, *(stand_ins.replace, run.work, seed, sizes)
        )
        for seed in sizes.seeds
    ]
    traced = [
        run.remembered(
            f"traced-{seed}",
            [of, dataclasses.asdict(run.sizes.traced)],
            *(traces.measure, run.work, seed, run.sizes.traced, sizes),
        )
        for seed in sizes.seeds
    ]
    first, *rest = traced
    return {
        "trained": trained,
        "replaced": replaced,
        **first,
        "checked": [one["checked"] for one in (first, *rest)],
    }


def autoencoders(run: Run) -> dict[str, Any]:
    """Autoencoders of several sparsities, a wide one, and of other depths."""
    sizes = run.sizes.sparse
    of = dataclasses.asdict(sizes)
    told = {k: of.pop(k) for k in ("scored", "every")}
    seeds = of["trained"].pop("seeds")
    made: dict[str, Any] = {}

    def train(name: str, depth: int, config: SaeConfig, price: float, seed: int) -> Any:
        return run.remembered(
            f"{name}-{seed}",
            [of, dataclasses.asdict(config)],
            *(frontier.train, run.work, f"{name}-{seed}"),
            *(depth, config, price, seed, sizes),
        )

    for name, (config, price) in frontier.kinds(sizes).items():
        made[name] = [
            train(name, frontier.DEPTH, config, price, seed) for seed in seeds
        ]
    config, _ = frontier.kinds(sizes)["topk-1"]
    wide = dataclasses.replace(config, features=sizes.wide)
    made["wide"] = [train("wide", frontier.DEPTH, wide, 0.0, seeds[0])]
    depths = {}
    for depth in range(story_model("main").config.layers + 1):
        here = depth == frontier.DEPTH
        name = "topk-1" if here else f"depth-{depth}"
        one = made[name][0] if here else train(name, depth, config, 0.0, seeds[0])
        depths[str(depth)] = {
            **one,
            **run.remembered(
                f"told-{depth}",
                [of, told],
                *(frontier.told_by, run.work, f"{name}-{seeds[0]}", depth, sizes),
            ),
        }
    first, *others = (f"topk-1-{seed}" for seed in seeds)
    splits = {
        name: run.remembered(
            f"split-{other}",
            [of, told],
            *(frontier.split, run.work, first, other, sizes),
        )
        for name, other in (
            ("wide", f"wide-{seeds[0]}"),
            *(("same size", one) for one in others),
        )
    }
    return {"trained": made, "depths": depths, "split": splits}


def pushes(run: Run) -> dict[str, Any]:
    """What main writes, pushed or asked, for several names."""
    of = dataclasses.asdict(run.sizes.pushed)
    of.pop("targets")
    return {
        target: run.remembered(
            f"pushed-{target}", of, steering.measure, target, run.sizes.pushed
        )
        for target in run.sizes.pushed.targets
    }


def make(run: Run, name: str) -> dict[str, Any]:
    """Train and measure what is not yet there."""
    run.work.mkdir(parents=True, exist_ok=True)
    return MADE[name](run)


MADE = {
    "interpretability_traces": transcoders,
    "interpretability_frontier": autoencoders,
    "interpretability_steering": pushes,
}
