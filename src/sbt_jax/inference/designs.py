"""Published models as what they keep of a token.

Public names: :mod:`sbt_jax.inference`.
Source of each: :data:`sbt_jax.published.inference.INFERENCE`.
"""

from typing import NamedTuple

from sbt_jax.inference.costs import Keeps, of_heads, of_latent
from sbt_jax.published.context import CONTEXT
from sbt_jax.published.inference import INFERENCE

#: Models that the calculator offers, from the oldest.
OFFERED = (
    "GPT-3",
    "Llama 2 13B",
    "Llama 2 70B",
    "Llama 3 8B",
    "Llama 3.1 405B",
    "Gemma 3 27B",
    "DeepSeek-V3",
)
#: How keys and values are shared among the heads.
SHARED = ("as published", "every head its own", "one for all heads")


class Kind(NamedTuple):
    """What a model keeps, three ways, and how its makers do it, in words."""

    ways: dict[str, Keeps]
    how: str


def kind_of(name: str) -> Kind:
    """What a published model keeps of a token.

    Args:
      name: As in ``published/inference.py``, or ``Gemma 3 27B``.

    Raises:
      ValueError: If there is no such model.

    Example:
      >>> kind_of("Llama 3 8B").ways["as published"].numbers, kind_of("GPT-3").how
      (2048, 'a key and a value for each of its 96 heads')
    """
    figure = CONTEXT.get(name) if name == "Gemma 3 27B" else INFERENCE.get(name)
    sizes = figure.value if figure is not None else None
    if not isinstance(sizes, dict) or "layers" not in sizes:
        raise ValueError(f"name must be of a model with known sizes, got {name!r}")
    layers, heads = sizes["layers"], sizes["heads"]
    if "latent" in sizes:
        each = sizes["key"] + sizes["value"]
        numbers = (of_latent(sizes["latent"], sizes["rotary"]), heads * each, each)
        how = f"{numbers[0]} numbers from which all {heads} heads are rebuilt"
        return Kind(_three(layers, numbers), how)
    own, head = sizes["kv_heads"], sizes["head"]
    numbers = (of_heads(own, head), of_heads(heads, head), of_heads(1, head))
    how = (
        f"a key and a value for each of its {heads} heads"
        if own == heads
        else f"a key and a value for {own} groups of its {heads} heads"
    )
    if "every" not in sizes:
        return Kind(_three(layers, numbers), how)
    local = layers - layers // sizes["every"]
    how += f", in {local} of {layers} layers of the last {sizes['span']:,} tokens only"
    return Kind(_three(layers, numbers, local, sizes["span"]), how)


def _three(
    layers: int, numbers: tuple[int, int, int], local: int = 0, span: int = 0
) -> dict[str, Keeps]:
    return {
        name: Keeps(layers, each, local, span)
        for name, each in zip(SHARED, numbers, strict=True)
    }
