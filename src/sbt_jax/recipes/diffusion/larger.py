"""Diffusion: a transformer that does as much work for a picture as the U-Net.

Run by :mod:`sbt_jax.recipes.diffusion.denoisers`; learned as the networks of
:mod:`sbt_jax.recipes.diffusion`, which have equally many weights.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp

from sbt_jax import checkpoints
from sbt_jax.recipes.diffusion import networks as learning
from sbt_jax.recipes.multimodality.learning import learn, of_seed


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is trained; tests train less."""

    learned: learning.Sizes = learning.Sizes()  # noqa: RUF009 - frozen
    width: int = 56
    mlp: int = 112


def work_of(kind: str, net: Any) -> int:
    """Multiplications and additions of one answer, as the compiler counts them."""
    answer = jax.jit(learning.KINDS[kind][1])
    told = jnp.zeros(net.told.prompt.shape[0])
    asked = net, jnp.zeros(64), jnp.float32(0.5), told
    counted: Any = answer.lower(*asked).compile().cost_analysis()
    return int(counted["flops"])


def measure(given: learning.Given, sizes: Sizes) -> dict[str, Any]:
    """The larger transformer, a row a seed, and the work of all three."""
    how, (begin, _) = sizes.learned, learning.KINDS["dit"]
    start = functools.partial(begin, width=sizes.width, mlp=sizes.mlp)
    models, losses, _ = learn(
        *("dit", start, learning.loss_of("dit", how.rows, how.dropped), tuple(given)),
        *(how.seeds, how.steps, how.rate),
    )
    nets = [checkpoints.as_shipped(of_seed(models, i)) for i in range(len(how.seeds))]
    work = {
        kind: work_of(kind, first(jax.random.key(0)))
        for kind, (first, _) in learning.KINDS.items()
    }
    return {
        "parameters": learning.weight_count(nets[0]),
        "work": work | {"larger": work_of("dit", nets[0])},
        "loss": losses.mean(1)[:: max(1, how.steps // 40)].round(4).tolist(),
        "seeds": [learning.gaps(net, "dit", given, how) for net in nets],
    }
