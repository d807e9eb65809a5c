"""Attention: an induction head is born; what *it* means to the main model.

``python -m sbt_jax.recipes attention`` trains models of attention only to go on with
what repeats, of several kinds and with three seeds each; it ships the snapshots of one
of them. Then it asks the main model about stories in which *it* has a known referent,
and cuts single looks. A run that is stopped goes on where it was.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax

from sbt_jax import attention, checkpoints, world
from sbt_jax.attention import Induction, InductionConfig
from sbt_jax.recipes.attention import referents
from sbt_jax.recipes.runner import command_line, remembering
from sbt_jax.shipped.stories import story_model

NAME = "attention"
MODEL = "induction"
RECIPE = "sbt_jax.recipes.attention"
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


def train(
    kind: str, seed: int, settings: Sizes
) -> tuple[dict[int, Induction], list[float]]:
    """Weights at the marks, as they would be shipped, and the loss over training."""
    config, periods = KINDS[kind]
    adam = optax.chain(
        optax.clip_by_global_norm(1.0),
        optax.adamw(settings.learning_rate, b2=0.98, weight_decay=0.01),
    )

    @functools.partial(jax.jit, static_argnames="count")
    def steps(model: Any, state: Any, first: Any, count: int) -> Any:
        def step(carry: Any, at: Any) -> Any:
            model, state = carry
            key = jax.random.fold_in(jax.random.key(seed), at)
            some = attention.repeats(key, config, settings.batch, periods)
            loss, slope = jax.value_and_grad(attention.repeat_loss)(
                model, config, *some
            )
            update, state = adam.update(slope, state, model)
            return (optax.apply_updates(model, update), state), loss

        return jax.lax.scan(step, (model, state), first + np.arange(count))

    model = attention.init_induction(jax.random.key(1000 + seed), config)
    state, kept, losses = adam.init(model), {}, []
    for at in range(0, settings.steps + 1, settings.curve):
        if at in settings.marks or at == settings.steps:
            kept[at] = checkpoints.as_shipped(model)
        if at < settings.steps:
            (model, state), loss = steps(model, state, at, settings.curve)
            losses.append(round(float(loss.mean()), 4))
    return kept, losses


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


def induction(
    settings: Sizes, remembered: Callable[..., Any], work: Path
) -> dict[str, Any]:
    """The runs of every kind; the snapshots of the first are left in ``work``."""
    runs: dict[str, Any] = {}
    shown = work / f"{MODEL}.npz"
    trained = dataclasses.asdict(settings)
    for name in ("cases", "single", "best", "model", "seeds", "kinds"):
        del trained[name]

    def run(kind: str, seed: int) -> dict[str, Any]:
        kept, losses = train(kind, seed, settings)
        if (kind, seed) == (settings.kinds[0], settings.seeds[0]):
            named = {f"step{at:04}": kept[at] for at in settings.marks}
            checkpoints.save(shown, named, KINDS[kind][0])
        return {"losses": losses} | examine(kind, kept[settings.steps], settings)

    for kind in settings.kinds:
        runs[kind] = [
            remembered(
                f"{kind.replace(' ', '-').replace(',', '')}-{seed}",
                [trained, kind, seed],
                functools.partial(run, kind, seed),
            )
            for seed in settings.seeds
        ]
    return runs


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


def run(settings: Sizes, work: Path, out: Path = checkpoints.DATA) -> dict[str, Any]:
    """Train and ask what is not yet known, and write the files.

    Args:
      settings: What to do.
      work: Folder that keeps each result.
      out: Folder of the shipped files.

    Returns:
      The table.
    """
    work.mkdir(parents=True, exist_ok=True)
    model = checkpoints.data_file(f"{settings.model}.npz")
    inputs = {
        "world": world.WORLD.digest,
        "model": checkpoints.read_card(model).sha256,
    }

    remembered = remembering(work)
    runs = induction(settings, remembered, work)
    asked = [settings.cases, settings.single, settings.best, inputs]
    table = {
        "induction": runs,
        "curve": settings.curve,
        "marks": list(settings.marks),
        "tested_periods": list(TESTED),
        "referent": remembered("referent", asked, lambda: referent(settings)),
    }
    what = "Induction heads over seeds; where the main model looks for what it was."
    card = checkpoints.Card(what, RECIPE, settings.seeds, inputs, {})
    checkpoints.write_table(NAME, table, card, out)
    shipped_model = out / f"{MODEL}.npz"
    checkpoints.replace_file(shipped_model, (work / f"{MODEL}.npz").read_bytes())
    config, periods = KINDS[settings.kinds[0]]
    first = runs[settings.kinds[0]][0]
    made_of = {"config": checkpoints.digest(f"{config} {periods}")}
    what = "Snapshots of a two-layer model of attention only, trained on repeats."
    held_out = {"loss": first["loss"], "steps": settings.steps}
    card = checkpoints.Card(what, RECIPE, settings.seeds[:1], made_of, held_out)
    checkpoints.write_card(shipped_model, card)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line: ``--work`` names the folder that a run goes on from."""
    command_line(run, Sizes(), NAME, __doc__, arguments)
