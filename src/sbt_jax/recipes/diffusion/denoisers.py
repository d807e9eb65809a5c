"""Diffusion: samplers by how often they ask, and what a denoiser is asked for.

``python -m sbt_jax.recipes denoisers`` lets samplers draw with the exact guess and
with the network, and judges the digits by the known world (``solvers.py``); and it
lets narrow networks say noise, picture or velocity (``targets.py``). It reads what the
recipe ``diffusion`` ships. A run that is stopped goes on where it was.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp

from sbt_jax.diffusion.mixtures import Mixture
from sbt_jax.recipes.diffusion import networks as learning
from sbt_jax.recipes.diffusion import recipe as first
from sbt_jax.recipes.diffusion import solvers, targets
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
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    """What is done; tests do less."""

    walked: solvers.Sizes = solvers.Sizes()  # noqa: RUF009 - frozen
    said: targets.Sizes = targets.Sizes()  # noqa: RUF009 - frozen

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
