"""Sizes and parts of a model, and what they cost.

Public names: :mod:`sbt_jax.architecture`.
"""

import dataclasses

from sbt_jax import checks
from sbt_jax.attention.positions import ROTARY_BASE

EPSILON = 1e-6  # what a norm adds to the mean square, so that zeros stay zeros


@dataclasses.dataclass(frozen=True)
class Config:
    """Sizes of a model. Hashable, so that ``jit`` can take it as static.

    Args:
      vocab_size: Number of tokens.
      width: Size of the residual stream.
      layers: Number of blocks.
      heads: Attention heads of each block; must split ``width`` evenly.
      mlp: Hidden size of each gated MLP.
      window: Longest sequence, in tokens.
      kv_heads: Key and value heads of each block, each shared by a group of
        query heads; as many as ``heads`` if not given.
      rotary_base: See :func:`sbt_jax.attention.rotary`.
      epsilon: What each norm adds to the mean square: see :func:`rms_norm`.

    Raises:
      TypeError: If a size is not an int, or a number not a float.
      ValueError: If a size is below 1, the heads do not fit, or ``rotary_base`` or
        ``epsilon`` is not positive and finite.

    Example:
      >>> config = Config(256, width=64, layers=2, heads=4, mlp=128, window=32)
      >>> config.head, config.key_heads
      (16, 4)
    """

    vocab_size: int
    width: int
    layers: int
    heads: int
    mlp: int
    window: int
    kv_heads: int | None = None
    rotary_base: float = ROTARY_BASE
    epsilon: float = EPSILON

    def __post_init__(self) -> None:
        for name, size in dataclasses.asdict(self).items():
            if name == "kv_heads" and size is None:
                continue
            if name in ("rotary_base", "epsilon"):
                if type(size) not in (int, float):
                    raise TypeError(f"{name} must be a float, got {size!r}")
                checks.number(name, size, 0, above=True)
                continue
            if type(size) is not int:  # NumPy's are not JSON
                raise TypeError(f"{name} must be an int, got {size!r}")
            checks.whole(name, size, 1)
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width must split into {self.heads} heads of even size, "
                f"got {self.width}"
            )
        if self.heads % self.key_heads:
            raise ValueError(
                f"kv_heads must divide {self.heads} heads, got {self.kv_heads}"
            )

    @property
    def head(self) -> int:
        """Size of one head."""
        return self.width // self.heads

    @property
    def key_heads(self) -> int:
        """Key and value heads of each block, given or not."""
        return self.heads if self.kv_heads is None else self.kv_heads


@dataclasses.dataclass(frozen=True)
class Switches:
    """Which parts a transformer is made of; the defaults are those of this book.

    Args:
      residual: Whether a sublayer adds to the stream, or replaces it.
      norm: ``rms``, ``layer``, or ``none``: the gain without the division.
      place: ``pre``: a sublayer reads the normalised stream; ``post``: the stream
        itself is normalised after each sublayer.
      positions: ``rotary``, ``learned``, ``sinusoidal`` or ``none``.
      mlp: ``gated``, ``gelu``, ``relu`` or ``none``.
      attention: Whether there is any.
      biases: Whether every projection of the blocks also adds a constant.
      tied: Whether the embedding is also the unembedding.
      patch: Side of the image patches that take the place of tokens; 0 for text.

    Raises:
      ValueError: If a part is not among those named.

    Example:
      >>> Switches(place="post").norm
      'rms'
    """

    residual: bool = True
    norm: str = "rms"
    place: str = "pre"
    positions: str = "rotary"
    mlp: str = "gated"
    attention: bool = True
    biases: bool = False
    tied: bool = True
    patch: int = 0

    def __post_init__(self) -> None:
        for name, known in PARTS.items():
            value = getattr(self, name)
            # 1 is equal to True, and yet no switch.
            if not any(
                value is one or (type(one) is str and value == one) for one in known
            ):
                raise ValueError(
                    f"{name} must be among {known}, got {getattr(self, name)!r}"
                )
        if type(self.patch) is not int or self.patch < 0:
            raise ValueError(f"patch must be a whole number >= 0, got {self.patch!r}")


PARTS = {
    "residual": (True, False),
    "norm": ("rms", "layer", "none"),
    "place": ("pre", "post"),
    "positions": ("rotary", "learned", "sinusoidal", "none"),
    "mlp": ("gated", "gelu", "relu", "none"),
    "attention": (True, False),
    "biases": (False, True),
    "tied": (True, False),
}
TODAY = Switches()
COLORS = 3  # of a pixel


def parameter_count(config: Config, switches: Switches = TODAY) -> dict[str, int]:
    """Number of weights of each kind, without building any.

    Args:
      config: The sizes. For images, ``vocab_size`` is the number of classes and
        ``window`` that of patches and the class token.
      switches: The parts.

    Returns:
      Counts of ``embedding`` (if tied, used twice and stored once), ``attention``,
      ``mlp`` and ``norm`` over all layers; of ``positions`` and ``unembedding``
      where there are any of their own.

    Example:
      >>> parameter_count(Config(256, width=8, layers=2, heads=2, mlp=16, window=32))
      {'embedding': 2048, 'attention': 512, 'mlp': 768, 'norm': 40}
    """
    width, bias = config.width, int(switches.biases)
    heads = 2 * config.heads + 2 * config.key_heads
    attention = heads * config.head * (width + bias) if switches.attention else 0
    inward = {"none": 0, "gated": 2}.get(switches.mlp, 1)
    mlp = inward * (width + bias) * config.mlp
    mlp += (config.mlp + bias) * width if inward else 0
    norms = config.layers * (switches.attention + (inward > 0)) + 1
    inputs = COLORS * switches.patch**2 + 2 if switches.patch else config.vocab_size
    counts = {
        "embedding": inputs * width,
        "attention": config.layers * attention,
        "mlp": config.layers * mlp,
        "norm": norms * width * (2 if switches.norm == "layer" else 1),
    }
    if switches.positions == "learned":
        counts["positions"] = config.window * width
    if not switches.tied:
        extra = 1 if switches.patch else 0
        counts["unembedding"] = config.vocab_size * (width + extra)
    return counts


def forward_flops(
    config: Config, keys: int, switches: Switches = TODAY
) -> dict[str, int]:
    """Work of a forward pass, for one token.

    A multiplication and an addition are two. Only matrix products count: what
    else happens to each number is a few operations, however large the model.

    Args:
      config: The sizes.
      keys: How many positions the token looks at, itself included.
      switches: The parts; biases are not counted.

    Returns:
      FLOPs of the products with the weights of ``attention``, ``mlp`` and
      ``unembedding``, and of ``looking``: scores and mixing, over all layers.

    Raises:
      ValueError: If ``keys`` is not within the window.

    Example:
      >>> config = Config(256, width=8, layers=2, heads=2, mlp=16, window=32)
      >>> forward_flops(config, keys=10)
      {'attention': 1024, 'looking': 640, 'mlp': 1536, 'unembedding': 4096}
    """
    checks.whole("keys", keys, 1, config.window)
    weights = parameter_count(config, dataclasses.replace(switches, biases=False))
    looking = config.layers * 2 * 2 * keys * config.width
    return {
        "attention": 2 * weights["attention"],
        "looking": looking if switches.attention else 0,
        "mlp": 2 * weights["mlp"],
        "unembedding": 2 * config.vocab_size * config.width,
    }
