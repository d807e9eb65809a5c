"""Attention: an induction head is born; what *it* means to the main model.

``python -m sbt_jax.recipes attention`` trains models of attention only to go on with
what repeats, of several kinds and with three seeds each; it ships the snapshots of one
of them. Then it asks the main model about stories in which *it* has a known referent,
and cuts single looks. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import optax
from jaxtyping import Array, PRNGKeyArray

from sbt_jax import attention, checkpoints, training
from sbt_jax.attention import Induction, InductionConfig
from sbt_jax.recipes.attention import referents
from sbt_jax.recipes.runner import Run, today
from sbt_jax.shipped.stories import story_model

MODEL = "induction.npz"
RECIPE = "sbt_jax.recipes.attention"
WHAT = "Induction heads over seeds; where the main model looks for what it was."
READS = ("world", "model")
LONG, SHORT = (8, 31), (8, 16)
KINDS = {
    "queries and keys": (InductionConfig(), LONG),
    "rotary": (InductionConfig(positions="rotary"), LONG),
    "stream": (InductionConfig(positions="stream"), LONG),
    "stream, short periods": (InductionConfig(positions="stream"), SHORT),
    "one layer": (InductionConfig(layers=1), LONG),
}
TESTED = (12, 24, 31)  # periods; the last two are long


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained and asked; tests do less."""

    kinds: tuple[str, ...] = tuple(KINDS)
    seeds: tuple[int, ...] = (0, 1, 2)
    steps: int = 1600
    batch: int = 32
    learning_rate: float = 3e-3
    curve: int = 25  # steps of which each point of the loss is the mean
    marks: tuple[int, ...] = (0, 150, 200, 250, 300, 400, 1600)
    tested: int = 256  # sequences
    cases: int = 400
    single: int = 100  # of them, in how many every look is cut
    best: int = 4  # heads that are cut together
    model: str = "main"


def inputs(sizes: Sizes) -> dict[str, str]:
    """Digests of the model that is asked, and of the one that is shipped."""
    config, periods = KINDS[sizes.kinds[0]]
    made_of = checkpoints.digest(f"{config} {periods}")
    return {"model": today(sizes.model), "config": made_of}


@functools.cache
def _rule(rate: float) -> optax.GradientTransformation:
    adamw = optax.adamw(rate, b2=0.98, weight_decay=0.01)
    return optax.chain(optax.clip_by_global_norm(1.0), adamw)


@functools.cache
def _loss(
    config: InductionConfig, periods: tuple[int, int], batch: int
) -> Callable[..., Array]:
    """The loss on sequences that are drawn anew at each step."""

    def loss(model: Induction, step: Array, key: PRNGKeyArray) -> Array:
        now = jax.random.fold_in(key, step)
        some = attention.repeats(now, config, batch, periods)
        return attention.repeat_loss(model, config, *some)

    return loss


def train(
    kind: str, seed: int, settings: Sizes
) -> tuple[dict[int, Induction], list[float]]:
    """Weights at the marks, as they would be shipped, and the loss over training."""
    config, periods = KINDS[kind]
    kept: dict[int, Induction] = {}

    def keep(step: int, model: Induction) -> None:
        kept[step] = checkpoints.as_shipped(model)

    _, losses = training.fit(
        attention.init_induction(jax.random.key(1000 + seed), config),
        _loss(config, periods, settings.batch),
        np.int32,
        training.Settings(settings.steps, settings.learning_rate, warmup=0),
        given=(jax.random.key(seed),),
        rule=_rule(settings.learning_rate),
        snapshot=keep,
        snapshot_at={*settings.marks, settings.steps},
    )
    curve = losses.reshape(-1, settings.curve).mean(axis=1)
    return kept, [round(float(loss), 4) for loss in curve]


def examine(kind: str, model: Induction, settings: Sizes) -> dict[str, Any]:
    """Scores of every head, and the loss with all of them and without some."""
    config, _ = KINDS[kind]
    size = settings.tested
    some = {
        period: attention.repeats(jax.random.key(7), config, size, (period, period))
        for period in TESTED
    }
    loss = jax.jit(functools.partial(attention.repeat_loss, config=config))

    def without(*off: tuple[int, int]) -> float:
        tokens, period = some[TESTED[0]]
        on = attention.heads_on(config, off)
        return round(float(loss(model, tokens=tokens, period=period, on=on)), 3)

    scores = attention.head_scores(model, config, *some[TESTED[0]])
    heads = list(np.ndindex(config.layers, config.heads))
    last = [(config.layers - 1, head) for head in range(config.heads)]
    looks_back = [(0, int(head)) for head in np.flatnonzero(scores.previous[0] > 0.5)]
    far = attention.head_scores(model, config, *some[TESTED[1]])
    return {
        "previous": _short(scores.previous),
        "induction": _short(scores.induction),
        "induction_far": _short(far.induction),
        "loss": without(),
        "loss_by_period": [
            round(float(loss(model, tokens=t, period=p)), 3) for t, p in some.values()
        ],
        "without": [without(head) for head in heads],
        "without_last_layer": without(*last),
        "looks_back": len(looks_back),
        "without_looks_back": without(*looks_back),
    }


def _short(values: Any) -> Any:
    """Three digits after the point, as plain numbers."""
    return np.round(np.asarray(values, float), 3).tolist()


def trained(run: Run, kind: str, seed: int) -> dict[str, Any]:
    """One run; the snapshots of the first are left in ``work``."""
    sizes = run.sizes
    kept, losses = train(kind, seed, sizes)
    if (kind, seed) == (sizes.kinds[0], sizes.seeds[0]):
        named = {f"step{at:04}": kept[at] for at in sizes.marks}
        checkpoints.save(run.work / MODEL, named, KINDS[kind][0])
    return {"losses": losses} | examine(kind, kept[sizes.steps], sizes)


def best_heads(found: dict[str, Any], count: int) -> dict[str, list[list[int]]]:
    """For each size, the heads that look at the right noun most."""
    best = {}
    for size in referents.SIZES:
        look = np.array(found[size]["right"])
        order = np.argsort(-look, axis=None, kind="stable")[:count]
        best[size] = np.transpose(np.unravel_index(order, look.shape)).tolist()
    return best


def referent(settings: Sizes) -> dict[str, Any]:
    """Where the model looks for what *it* was, and whether that is why it knows."""
    reader = story_model(settings.model)
    asked = referents.cases(settings.cases)
    found = referents.where_they_look(reader, asked)
    best = best_heads(found, settings.best)
    return found | {
        "best": best,
        "cut": referents.cut_nouns(reader, asked, best),
        "single": referents.single_cuts(reader, asked[: settings.single]),
    }


def make(run: Run) -> dict[str, Any]:
    """Train and ask what is not yet known, and ship the snapshots of one model."""
    sizes, alone = run.sizes, run.depending(None)
    asks = ("cases", "single", "best", "model", "seeds", "kinds")
    trains = {k: v for k, v in dataclasses.asdict(sizes).items() if k not in asks}
    runs = {
        kind: [
            alone.remembered(
                f"{kind.replace(' ', '-').replace(',', '')}-{seed}",
                [trains, kind, seed],
                *(trained, run, kind, seed),
            )
            for seed in sizes.seeds
        ]
        for kind in sizes.kinds
    }
    asked = [sizes.cases, sizes.single, sizes.best, run.inputs]
    found = alone.remembered("referent", asked, referent, sizes)
    run.ship(
        MODEL,
        "Snapshots of a two-layer model of attention only, trained on repeats.",
        seeds=sizes.seeds[:1],
        inputs={"config": inputs(sizes)["config"]},
        held_out={"loss": runs[sizes.kinds[0]][0]["loss"], "steps": sizes.steps},
    )
    return {
        "induction": runs,
        "curve": sizes.curve,
        "marks": list(sizes.marks),
        "tested_periods": list(TESTED),
        "referent": found,
    }
