"""Diffusion: samplers by how often they ask, and what a denoiser is asked for.

``python -m sbt_jax.recipes denoisers`` lets samplers draw with the exact guess and
with the network, and judges the digits by the known world (``solvers.py``); and it
lets narrow networks say noise, picture or velocity (``targets.py``). It reads what the
recipe ``diffusion`` ships. It also trains networks on few pictures, to see when they
copy (``memory.py``), and a larger transformer (``larger.py``). A run that is stopped
goes on where it was.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp

from sbt_jax.diffusion.mixtures import Mixture
from sbt_jax.recipes.diffusion import larger, memory, solvers, targets
from sbt_jax.recipes.diffusion import networks as learning
from sbt_jax.recipes.diffusion import recipe as first
from sbt_jax.recipes.runner import Run, Table
from sbt_jax.shipped import noise

RECIPE = "sbt_jax.recipes.diffusion.denoisers"
TABLES = {
    "diffusion_solvers": Table(
        "Samplers by how often they ask the denoiser.",
        (*first.READS, *first.MAKES),
    ),
    "diffusion_targets": Table(
        "Noise, picture or velocity as what a narrow network says.", ()
    ),
    "diffusion_memory": Table(
        "Networks that saw few pictures again and again: how near what they draw is.",
        ("multimodality_digits",),
    ),
    "diffusion_larger": Table(
        "A transformer with as much work as the U-Net, above the floor by time.",
        (*first.READS, "diffusion_world"),
    ),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    walked: solvers.Sizes = solvers.Sizes()  # noqa: RUF009 - frozen
    said: targets.Sizes = targets.Sizes()  # noqa: RUF009 - frozen
    seen: memory.Sizes = memory.Sizes()  # noqa: RUF009 - frozen
    grown: larger.Sizes = larger.Sizes()  # noqa: RUF009 - frozen

    @property
    def seeds(self) -> tuple[int, ...]:
        """Of what is drawn."""
        return self.walked.seeds


def inputs(sizes: Sizes) -> dict[str, str]:
    """The digests of the digits and of the text half of CLIP."""
    return first.inputs(first.Sizes())


def given() -> learning.Given:
    """The world as it is shipped, and the vectors of captions."""
    own = Mixture(*map(jnp.asarray, noise.world()))
    return learning.Given(own, jnp.asarray(learning.prompts()))


def make(run: Run, name: str) -> dict[str, Any]:
    """Measure what one table lacks."""
    if name == "diffusion_targets":
        asked = run.sizes.said
        return {
            str(dims): run.remembered(
                f"targets-{dims}",
                [dims, dataclasses.asdict(asked)],
                *(targets.measure, dims, asked),
            )
            for dims in asked.dims
        }
    if name == "diffusion_memory":
        seen, (images, _) = run.sizes.seen, first.pictures()
        plain = dataclasses.asdict(seen)
        return {
            str(count): {"drawn": seen.drawn}
            | run.remembered(
                f"memory-{count}", [count, plain], memory.measure, count, images, seen
            )
            for count in seen.known
        }
    if name == "diffusion_larger":
        grown = run.sizes.grown
        plain = dataclasses.asdict(grown)
        found = run.remembered("larger", plain, larger.measure, given(), grown)
        equal = jax.eval_shape(learning.KINDS["dit"][0], jax.random.key(0))
        return found | {"weights": learning.weight_count(equal)}
    size, world = run.sizes.walked, given()
    plain = dataclasses.asdict(size)
    net = jax.tree.map(jnp.asarray, noise.network())
    return {
        "world": run.remembered("solvers-world", plain, solvers.drawn, world, size),
        "ways": {
            way: run.remembered(
                f"solvers-{way}", [way, plain], solvers.measure, way, net, world, size
            )
            for way in solvers.WAYS
        },
    }
