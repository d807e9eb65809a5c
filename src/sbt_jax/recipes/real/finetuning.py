"""Chapter 14 in the published model: weights in four bits, and a logbook by LoRA.

Its file is four bits already, in blocks of 32 with a scale and a least value each.
These numbers are rounded once more; and adapters of all its matrices learn a few
logbooks.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from sbt_jax import finetuning, training, world
from sbt_jax.architecture import Config, Model, StackedBlocks
from sbt_jax.recipes.real.reading import Reader, ids_of, surprises, write
from sbt_jax.recipes.real.sizes import Sizes
from sbt_jax.recipes.runner import Run
from sbt_jax.tokenization import decode
from sbt_jax.training import Adapter, AdapterConfig, Batch, add_adapters, init_adapters
from sbt_jax.world.domains import domain

WHAT = "SmolLM2-135M: its weights in other four-bit formats; a logbook by LoRA."
READS = ("model", "world")
FORMATS = ("NF4", "int4", "MXFP4")
BLOCKS = (0, 15, 29)  # of 30, whose matrices are rounded for the error
PLAIN = (
    "The sun had gone down behind the hills, and the streets of the small town were"
    " quiet. In the kitchen of the old house a woman was baking bread. She had learned"
    " it from her grandmother, who used to say that good bread needs time more than"
    " anything else. Outside it began to rain, first a few drops, then so hard that"
    " the windows rattled. She did not mind, because the oven was warm and the whole"
    " house smelled of fresh bread."
)
BEGIN = "On Monday,"
RANK, SCALE, RATE, STEPS, ROWS = 4, 2.0, 2e-3, 24, 2
LENGTH, HELD_OUT, SHOWN = 96, 6, 48


def make(run: Run, reader: Reader, sizes: Sizes) -> dict[str, Any]:
    """Measure what is not yet known."""
    most = sizes.most or 10**6
    steps, blocks = min(STEPS, most), BLOCKS[: min(most, len(BLOCKS))]
    names = FORMATS[:most]
    how = [RANK, SCALE, RATE, steps, ROWS, LENGTH, HELD_OUT, domain("logbook").digest]
    return {
        "formats": [
            run.remembered(
                f"finetuning-{name}",
                [name, blocks, PLAIN],
                rounded,
                reader,
                name,
                blocks,
            )
            for name in names
        ],
        "plain": run.remembered("finetuning-plain", PLAIN, plain, reader),
        "logbook": run.remembered("finetuning-logbook", how, logbook, reader, steps),
    }


def stack_of(model: Model) -> Any:
    """Its blocks as one, each array with a leading axis of layers.

    Raises:
      TypeError: If they are not stacked.
    """
    if not isinstance(model.blocks, StackedBlocks):
        raise TypeError(f"blocks must be stacked, got {type(model.blocks)}")
    return model.blocks.stack


def plain(reader: Reader) -> float:
    """Nats a token of plain English."""
    this = reader()
    return round(float(surprises(this, ids_of(this, PLAIN)).mean()), 4)


def rounded(reader: Reader, name: str, blocks: tuple[int, ...]) -> dict[str, Any]:
    """What a format does to some blocks' matrices, and all of it to the loss."""
    this, form = reader(), finetuning.formats()[name]
    stack = stack_of(this.model)
    errors, carried = [], []

    def one(array: Array) -> Array:
        if array.ndim < 3:  # the norms
            return array
        return jnp.asarray(finetuning.rounded(np.asarray(array), form))

    for part in (stack.attention, stack.mlp):
        for array in part:
            for layer in blocks:
                if layer >= len(array):
                    continue
                weights = np.asarray(array[layer])
                codes = finetuning.encode_blocks(weights, form).codes
                other = finetuning.rounded(weights, form)
                errors.append(finetuning.relative_error(weights, other))
                carried.append(finetuning.code_bits(codes, len(form.levels)))
    blocks_ = StackedBlocks(jax.tree.map(one, stack))
    after = this._replace(model=this.model._replace(blocks=blocks_))
    nats = surprises(after, ids_of(this, PLAIN)).mean()
    return {
        "name": name,
        "error": round(float(np.mean(errors)), 4),
        "carried": round(float(np.mean(carried)), 3),
        "loss": round(float(nats), 4),
    }


# -- LoRA on a stack of blocks -----------------------------------------------------


def with_stack(
    model: Model, adapters: dict[str, Adapter], config: AdapterConfig
) -> Model:
    """``add_adapters`` for every block of a stack at once."""

    def one(block: Any, own: dict[str, Adapter]) -> Any:
        alone = model._replace(blocks=(block,))
        return add_adapters(alone, own, config).blocks[0]

    stack = jax.vmap(one)(stack_of(model), adapters)
    return model._replace(blocks=StackedBlocks(stack))


def begun(model: Model, config: AdapterConfig) -> dict[str, Adapter]:
    """Adapters of all blocks that change nothing yet."""

    def one(key: Any, block: Any) -> Any:
        return init_adapters(key, model._replace(blocks=(block,)), config)

    keys = jax.random.split(jax.random.key(0), len(model.blocks))
    return jax.vmap(one)(keys, stack_of(model))


RULE = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(RATE, b2=0.95))
CONFIG = AdapterConfig(RANK, SCALE)


@functools.partial(jax.jit, static_argnames="config", donate_argnames=("state",))
def _step(
    adapters: dict[str, Adapter], state: Any, batch: Batch, model: Model, config: Config
) -> Any:
    def loss(own: dict[str, Adapter]) -> Float[Array, ""]:
        return training.batch_loss(with_stack(model, own, CONFIG), config, batch)

    value, slope = jax.value_and_grad(loss)(adapters)
    update, state = RULE.update(slope, state, adapters)
    return optax.apply_updates(adapters, update), state, value


def texts(count: int, seed: int) -> list[str]:
    """Logbooks."""
    told = world.stories(count, seed=seed, world=domain("logbook"))
    return [story.text for story in told]


def batches(reader: Any, steps: int) -> list[Batch]:
    """Logbooks in rows, each text cut to a length."""
    found, rows = [], []
    for text in texts(steps * ROWS, 10):
        rows.append(ids_of(reader, text)[: LENGTH + 1])
    for first in range(0, len(rows), ROWS):
        tokens = np.zeros((ROWS, LENGTH + 1), np.int32)
        asked = np.zeros(tokens.shape, bool)
        for at, ids in enumerate(rows[first : first + ROWS]):
            tokens[at, : len(ids)] = ids
            asked[at, 1 : len(ids)] = True
        found.append(Batch(tokens, asked))
    return found


def logbook(reader: Reader, steps: int) -> dict[str, Any]:
    """Loss on unread logbooks and on plain English, and what it writes."""
    this = reader()
    held_out = [ids_of(this, text) for text in texts(HELD_OUT, 11)]

    def told(model: Model) -> dict[str, Any]:
        now = this._replace(model=model)
        nats = np.concatenate([surprises(now, ids) for ids in held_out])
        ids = write(now, ids_of(this, BEGIN), SHOWN)
        return {
            "logbook": round(float(nats.mean()), 4),
            "plain": plain(lambda: now),
            "writes": decode(this.tokenizer, ids),
        }

    before = told(this.model)
    adapters = begun(this.model, CONFIG)
    state, losses = RULE.init(adapters), []
    for at, batch in enumerate(batches(this, steps)):
        adapters, state, value = _step(adapters, state, batch, this.model, this.config)
        losses.append(round(float(value), 4))
        print("logbook", at, losses[-1], flush=True)
    numbers = sum(x.size for x in jax.tree.leaves(adapters))
    after = told(
        jax.jit(with_stack, static_argnames="config")(
            this.model, adapters, config=CONFIG
        )
    )
    weights = sum(x.size for x in jax.tree.leaves(this.model))
    return {
        "before": before,
        "after": after,
        "losses": losses,
        "numbers": numbers,
        "weights": weights,
        "texts": steps * ROWS,
        "rank": RANK,
    }
