r"""How many numbers adapters have, which share that is, and what learning needs.

Public names: :mod:`sbt_jax.finetuning`.
Source: Hu et al. (2021), arXiv:2106.09685, section 4.2 and table 15; Dettmers et al.
(2023), arXiv:2305.14314, section 3.
"""

from sbt_jax import checks
from sbt_jax.architecture import Design
from sbt_jax.finetuning.lora import TARGETS

#: Bytes a number: half precision, and Adam's two running means in single precision.
HALF, SINGLE = 2, 4


def adapter_numbers(design: Design, rank: int, targets: str = "all") -> int:
    r"""How many numbers the adapters of a model have.

    .. math:: \sum_W r \, (\text{rows}_W + \text{cols}_W)

    Args:
      design: Sizes and parts of the model.
      rank: :math:`r`.
      targets: One of ``TARGETS``.

    Raises:
      ValueError: If there is no such target, or the rank is below 1.

    Example:
      >>> from sbt_jax.architecture import published_designs
      >>> adapter_numbers(published_designs()["Llama 2 7B"], 8, "query and value")
      4194304
    """
    checks.whole("rank", rank, 1)
    if targets not in TARGETS:
        raise ValueError(f"targets must be one of {list(TARGETS)}, got {targets!r}")
    config, switches = design
    width, keys = config.width, config.head * config.key_heads
    sums = {
        "attention.query": 2 * width,
        "attention.key": width + keys,
        "attention.value": width + keys,
        "attention.output": 2 * width,
        "mlp.gate": width + config.mlp if switches.mlp == "gated" else 0,
        "mlp.up": width + config.mlp,
        "mlp.down": config.mlp + width,
    }
    return config.layers * rank * sum(sums[name] for name in TARGETS[targets])


def square_share(width: int, rank: int) -> float:
    r"""The numbers of an adapter over those of its square matrix.

    .. math:: \frac{2 r d}{d^2} = \frac{2 r}{d}

    Args:
      width: :math:`d`, the side of the matrix.
      rank: :math:`r`.

    Example:
      >>> square_share(4096, 2) < 0.001 < square_share(128, 1)
      True
    """
    return 2 * checks.whole("rank", rank, 1) / checks.whole("width", width, 1)


def learning_bytes(numbers: int, learned: int, bits: float = 16.0) -> float:
    """Memory for weights, gradients and Adam's two running means, in bytes.

    Activations are not counted: they depend on the length of the texts. Frozen weights
    take ``bits`` each, those that learn 16; a gradient takes 2 bytes and each running
    mean 4.

    Args:
      numbers: Weights of the model.
      learned: How many numbers learn. If they are all the weights, nothing is frozen;
        otherwise they are adapters beside them.
      bits: Of a frozen weight.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> learning_bytes(65_000_000_000, 65_000_000_000) / 1e9
      780.0
    """
    checks.whole("numbers", numbers, 1)
    checks.whole("learned", learned, 0)
    checks.number("bits", bits, 0, above=True)
    frozen = 0.0 if learned == numbers else numbers * bits / 8
    return frozen + learned * (HALF + HALF + 2 * SINGLE)


def stored_bytes(numbers: int, bits: float, rest: int = 0) -> float:
    """Bytes of weights in some bits each, and of a rest in 16.

    Example:
      >>> round(stored_bytes(114_710_000_000, 4.25, 2_120_000_000) / 2**30, 1)
      60.7
    """
    checks.whole("numbers", numbers, 0)
    checks.whole("rest", rest, 0)
    checks.number("bits", bits, 0, above=True)
    return numbers * bits / 8 + HALF * rest
