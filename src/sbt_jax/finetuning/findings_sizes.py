"""What the page says of adapters of published models, and whether it holds.

Page: ``book/finetuning.md``.
"""

from collections.abc import Mapping

from sbt_jax.architecture import Design
from sbt_jax.finetuning.counts import adapter_numbers

RANK, LINE = 8, 0.001  # of the adapter; the share of the model's numbers that is a line


def over_the_line(designs: Mapping[str, Design], targets: str) -> list[str]:
    """The models whose adapter of rank 8 has more than a thousandth of their numbers.

    Args:
      designs: Models by name.
      targets: Which matrices have one, as for
        :func:`sbt_jax.finetuning.adapter_numbers`.

    Example:
      >>> from sbt_jax.architecture import published_designs
      >>> small = {"GPT-2 small": published_designs()["GPT-2 small"]}
      >>> over_the_line(small, "query and value")
      ['GPT-2 small']
    """
    return [
        name
        for name, design in designs.items()
        if adapter_numbers(design, RANK, targets)
        > LINE * sum(design.parameters().values())
    ]


def claims_of_sizes(designs: Mapping[str, Design]) -> dict[str, bool]:
    """The sentences about the models of the figure, and whether they hold.

    Args:
      designs: Models by name, the smallest first, GPT-3 last.
    """
    first, *_, last = designs
    others = [name for name in designs if name != last]
    return {
        "with query and value one crosses": over_the_line(designs, "query and value")
        == [first],
        "with all matrices all but GPT-3": over_the_line(designs, "all") == others
        and last == "GPT-3",
    }
