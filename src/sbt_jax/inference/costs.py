r"""What inference costs: numbers that are kept, numbers that are moved, sums.

Public names: :mod:`sbt_jax.inference`.
Source: the roofline: Williams, Waterman & Patterson (2009); of a decoding step:
Austin et al. (2025), How to Scale Your Model, chapter 7; latent attention: DeepSeek-AI
(2024), arXiv:2405.04434, section 2.1.
"""

import dataclasses
from typing import NamedTuple

from sbt_jax import checks
from sbt_jax.architecture import Config
from sbt_jax.numbers import Number


@dataclasses.dataclass(frozen=True)
class Keeps:
    """What a model keeps of every token that it has read.

    Args:
      layers: Number of blocks.
      numbers: Kept of a token in each: see :func:`of_heads` and :func:`of_latent`.
      local: How many of the layers keep a sliding window only.
      span: Its size, in tokens; 0 if there is no such layer.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If a size is out of range, or there are local layers without a span.

    Example:
      >>> Keeps(layers=2, numbers=of_heads(4, 16)).numbers
      128
    """

    layers: int
    numbers: int
    local: int = 0
    span: int = 0

    def __post_init__(self) -> None:
        checks.whole("layers", self.layers, 1)
        checks.whole("numbers", self.numbers, 1)
        checks.whole("local", self.local, 0, self.layers)
        checks.whole("span", self.span, 1 if self.local else 0)


def of_heads(kv_heads: int, head: int) -> int:
    """Numbers of a token and layer: a key and a value for each key head.

    Query heads do not count: nobody asks an old query again.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1.

    Example:
      >>> of_heads(8, 128), of_heads(32, 128)
      (2048, 8192)
    """
    return 2 * checks.whole("kv_heads", kv_heads, 1) * checks.whole("head", head, 1)


def of_latent(latent: int, rotary: int) -> int:
    """Numbers of a token and layer in latent attention (MLA).

    Args:
      latent: Numbers that keys and values of all heads are rebuilt from.
      rotary: Numbers of the one key that all heads share, with the position in it.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If it is below 1, or ``rotary`` below 0.

    Example:
      >>> of_latent(512, 64)
      576
    """
    return checks.whole("latent", latent, 1) + checks.whole("rotary", rotary)


def token_bytes(keeps: Keeps, bits: Number = 16) -> float:
    """Bytes that one more token takes, while every layer keeps it.

    Args:
      keeps: The model.
      bits: Of a number.

    Raises:
      ValueError: If ``bits`` is not positive and finite.

    Example:
      >>> token_bytes(Keeps(32, of_heads(8, 128)))
      131072.0
    """
    checks.number("bits", bits, 0, above=True)
    return keeps.layers * keeps.numbers * float(bits) / 8


def text_bytes(keeps: Keeps, tokens: int, bits: Number = 16) -> float:
    """Bytes of the cache of a text.

    Args:
      keeps: The model.
      tokens: Its length.
      bits: Of a number.

    Raises:
      TypeError: If ``tokens`` is not whole.
      ValueError: If an argument is out of range.

    Example:
      >>> text_bytes(Keeps(4, 10), 100), text_bytes(Keeps(4, 10, local=3, span=8), 100)
      (8000.0, 2480.0)
    """
    checks.whole("tokens", tokens)
    checks.number("bits", bits, 0, above=True)
    places = (keeps.layers - keeps.local) * tokens
    places += keeps.local * min(tokens, keeps.span)
    return places * keeps.numbers * float(bits) / 8


def reading_sums(config: Config, new: int, past: int = 0) -> dict[str, int]:
    """Multiply-adds of reading some tokens, with others in the cache.

    Matrix products only; the unembedding is asked at the last token.

    Args:
      config: The sizes of the model.
      new: Tokens that are read now.
      past: Tokens that are kept.

    Returns:
      Multiply-adds of the ``projections``, and of ``looking`` back.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If it is out of range.

    Example:
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> reading_sums(config, 4), reading_sums(config, 1, 3)
      ({'projections': 4608, 'looking': 160}, {'projections': 2688, 'looking': 64})
    """
    checks.whole("new", new, 1)
    checks.whole("past", past)
    width, kept = config.width, 2 * config.key_heads * config.head
    block = 2 * width**2 + width * kept + 3 * width * config.mlp
    seen = new * past + new * (new + 1) // 2
    return {
        "projections": config.layers * new * block + width * config.vocab_size,
        "looking": 2 * config.layers * config.heads * config.head * seen,
    }


class Chip(NamedTuple):
    """What a chip can do in a second, and hold.

    ``flops`` are operations on numbers of 16 bits, ``bandwidth`` bytes that come from
    its memory, ``memory`` the bytes that it holds.
    """

    flops: float
    bandwidth: float
    memory: float

    @property
    def balance(self) -> float:
        """Operations in the time of one byte: with fewer, the chip waits."""
        return self.flops / self.bandwidth


def step_seconds(chip: Chip, flops: Number, moved: Number) -> float:
    """Least time of a step: whichever takes longer, the sums or the way of the bytes.

    Args:
      chip: The chip, or several as one.
      flops: Operations of the step.
      moved: Bytes that it reads from memory: the weights once, each text's cache.

    Raises:
      ValueError: If a number is negative or not finite.

    Example:
      >>> chip = Chip(flops=1e12, bandwidth=1e10, memory=1e9)
      >>> step_seconds(chip, 1e9, 1e9), chip.balance
      (0.1, 100.0)
    """
    checks.number("flops", flops, 0)
    checks.number("moved", moved, 0)
    return max(flops / chip.flops, moved / chip.bandwidth)


def per_output(total: Number, first: Number, tokens: int) -> float:
    """TPOT: the mean time of a token after the first.

    Args:
      total: From the question to the last token.
      first: From the question to the first token, the TTFT.
      tokens: Of the answer.

    Raises:
      TypeError: If ``tokens`` is not whole.
      ValueError: If there are fewer than 2, or the first comes after the last.

    Example:
      >>> per_output(total=2.5, first=0.5, tokens=11)
      0.2
    """
    checks.whole("tokens", tokens, 2)
    checks.number("first", first, 0)
    checks.number("total", total, first)
    return (total - first) / (tokens - 1)
