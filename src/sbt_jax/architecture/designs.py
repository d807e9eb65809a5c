"""Published models as sizes and switches.

Public names: :mod:`sbt_jax.architecture`.
Source of each: :data:`sbt_jax.published.ARCHITECTURE`.
"""

from typing import NamedTuple

from sbt_jax.architecture.config import TODAY, Config, Switches, parameter_count
from sbt_jax.published.architecture import ARCHITECTURE

#: The parts that a line of models has in common.
FAMILIES = {
    "this book": TODAY,
    "GPT": Switches(norm="layer", positions="learned", mlp="gelu", biases=True),
    "Llama": Switches(tied=False),
    "ViT": Switches(
        norm="layer", positions="learned", mlp="gelu", biases=True, tied=False, patch=16
    ),
}


class Design(NamedTuple):
    """What one has to know of a model to count its weights."""

    config: Config
    switches: Switches

    def parameters(self) -> dict[str, int]:
        """Number of weights of each kind."""
        return parameter_count(self.config, self.switches)


def published_designs() -> dict[str, Design]:
    """Every published model that this chapter counts, by name.

    Example:
      >>> sum(published_designs()["Llama 3 8B"].parameters().values())
      8030261248
    """
    designs = {}
    for name, figure in ARCHITECTURE.items():
        sizes = dict(figure.value)
        family = FAMILIES[sizes.pop("family")]
        del sizes["parameters"]
        designs[name] = Design(Config(**sizes), family)
    return designs
