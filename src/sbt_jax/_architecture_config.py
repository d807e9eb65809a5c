"""Sizes of a model, and what they cost.

Public names: :mod:`sbt_jax.architecture`.
"""

import dataclasses


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

    Raises:
      TypeError: If a size is not an int.
      ValueError: If a size is below 1, or the heads do not fit.

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

    def __post_init__(self) -> None:
        for name, size in dataclasses.asdict(self).items():
            if name == "kv_heads" and size is None:
                continue
            if type(size) is not int:
                raise TypeError(f"{name} must be an int, got {size!r}")
            if size < 1:
                raise ValueError(f"{name} must be >= 1, got {size}")
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


def parameter_count(config: Config) -> dict[str, int]:
    """Number of weights of each kind, without building any.

    Returns:
      Counts of ``embedding`` (used twice, stored once), ``attention``,
      ``mlp`` and ``norm``, over all layers.

    Example:
      >>> parameter_count(Config(256, width=8, layers=2, heads=2, mlp=16, window=32))
      {'embedding': 2048, 'attention': 512, 'mlp': 768, 'norm': 40}
    """
    heads = 2 * config.heads + 2 * config.key_heads
    return {
        "embedding": config.vocab_size * config.width,
        "attention": config.layers * heads * config.width * config.head,
        "mlp": config.layers * 3 * config.width * config.mlp,
        "norm": (2 * config.layers + 1) * config.width,
    }


def forward_flops(config: Config, keys: int) -> dict[str, int]:
    """Work of a forward pass, for one token.

    A multiplication and an addition are two. Only matrix products count: what
    else happens to each number is a few operations, however large the model.

    Args:
      config: The sizes.
      keys: How many positions the token looks at, itself included.

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
    if not 1 <= keys <= config.window:
        raise ValueError(f"keys must be in 1..{config.window}, got {keys}")
    weights = parameter_count(config)
    return {
        "attention": 2 * weights["attention"],
        "looking": config.layers * 2 * 2 * keys * config.width,
        "mlp": 2 * weights["mlp"],
        "unembedding": 2 * weights["embedding"],
    }
