r"""Sparse autoencoders: many directions, few of which are used at once.

Public names: :mod:`sbt_jax.interpretability`.
Source: Bricken et al. (2023), "Towards Monosemanticity"; Gao et al. (2024),
arXiv:2406.04093, section 2; Rajamanoharan et al. (2024), arXiv:2407.14435, section 3.
"""

import dataclasses
import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from sbt_jax import checks

OBJECTIVES = ("l1", "topk", "jump")
TINY = 1e-12


class Sae(NamedTuple):
    """Weights of a sparse autoencoder; a row of ``decode`` is a feature's direction."""

    encode: Float[Array, "width features"]
    decode: Float[Array, "features width"]
    bias: Float[Array, " features"]
    center: Float[Array, " width"]
    log_threshold: Float[Array, " features"]


@dataclasses.dataclass(frozen=True)
class SaeConfig:
    """Sizes and the objective. Hashable, so that ``jit`` can take it as static.

    Args:
      width: Of the vectors that are taken apart.
      features: How many directions there are.
      objective: ``l1``, ``topk`` or ``jump``: what keeps the features few.
      keep: How many features ``topk`` keeps.
      width_of_step: How wide a threshold's surroundings are from which ``jump`` learns.

    Raises:
      TypeError: If a size is not an int.
      ValueError: If a size is below 1, or there is no such objective.

    Example:
      >>> SaeConfig(width=128, features=512).objective
      'topk'
    """

    width: int
    features: int
    objective: str = "topk"
    keep: int = 16
    width_of_step: float = 0.1

    def __post_init__(self) -> None:
        checks.whole("width", self.width, 1)
        checks.whole("features", self.features, 1)
        checks.whole("keep", self.keep, 1, self.features)
        checks.number("width_of_step", self.width_of_step, 0, above=True)
        if self.objective not in OBJECTIVES:
            raise ValueError(
                f"objective must be among {OBJECTIVES}, got {self.objective!r}"
            )


def init_sae(key: PRNGKeyArray, config: SaeConfig, threshold: float = 0.1) -> Sae:
    """Random unit directions; the encoder begins as their transpose.

    Args:
      key: Random key.
      config: The sizes.
      threshold: Where each threshold of ``jump`` begins.

    Raises:
      ValueError: If ``threshold`` is not positive.

    Example:
      >>> sae = init_sae(jax.random.key(0), SaeConfig(width=4, features=6, keep=2))
      >>> print(jnp.linalg.norm(sae.decode, axis=1).round(3))
      [1. 1. 1. 1. 1. 1.]
    """
    checks.number("threshold", threshold, 0, above=True)
    rows = jax.random.normal(key, (config.features, config.width))
    decode = rows / jnp.linalg.norm(rows, axis=1, keepdims=True)
    return Sae(
        decode.T,
        decode,
        jnp.zeros(config.features),
        jnp.zeros(config.width),
        jnp.full(config.features, math.log(threshold)),
    )


def unit_directions(sae: Sae) -> Sae:
    """The same, with every direction brought back to length 1.

    Without it L1 is cheated: features shrink while their directions grow.

    Example:
      >>> sae = init_sae(jax.random.key(0), SaeConfig(width=4, features=6, keep=2))
      >>> again = unit_directions(sae._replace(decode=3 * sae.decode))
      >>> print(jnp.linalg.norm(again.decode, axis=1).round(3))
      [1. 1. 1. 1. 1. 1.]
    """
    length = jnp.linalg.norm(sae.decode, axis=1, keepdims=True)
    return sae._replace(decode=sae.decode / jnp.maximum(length, TINY))


def step_up(
    before: Float[Array, "*batch features"],
    threshold: Float[Array, " features"],
    width: float | Float[Array, ""],
) -> Float[Array, "*batch features"]:
    r"""1 above the threshold, else 0, with a slope that is made up.

    A step is flat, so there is nothing to learn a threshold from. In the backward pass
    every value within half a ``width`` pushes the threshold as if the step were a ramp:
    :math:`\partial / \partial\theta = -1 / w` there. Nothing flows to ``before``.
    Source: arXiv:2407.14435, section 4.

    Example:
      >>> print(step_up(jnp.array([0.05, 0.3]), jnp.array([0.1, 0.1]), 0.1))
      [0. 1.]
    """
    return _step(before, threshold, width)


@jax.custom_vjp
def _step(before: Any, threshold: Any, width: Any) -> Any:
    return (before > threshold).astype(before.dtype)


def _step_forward(before: Any, threshold: Any, width: Any) -> Any:
    return _step(before, threshold, width), (before, threshold, width)


def _step_backward(kept: Any, slope: Any) -> Any:
    before, threshold, width = kept
    near = (jnp.abs(before - threshold) < width / 2) / width
    down = -(near * slope).reshape(-1, threshold.shape[-1]).sum(0)
    return jnp.zeros_like(before), down, jnp.zeros_like(jnp.asarray(width))


_step.defvjp(_step_forward, _step_backward)


def before_sparsity(
    sae: Sae, stream: Float[Array, "*batch width"]
) -> Float[Array, "*batch features"]:
    """What each feature's row of the encoder reads, before most are set to 0.

    Raises:
      ValueError: If the vectors have another width.

    Example:
      >>> sae = init_sae(jax.random.key(0), SaeConfig(width=4, features=6, keep=2))
      >>> print(before_sparsity(sae, 2 * sae.decode[0])[0].round(3))
      2.0
    """
    checks.numbers(stream=stream)
    if stream.shape[-1:] != sae.center.shape:
        width = len(sae.center)
        raise ValueError(f"stream must have a width of {width}, got {stream.shape}")
    return (stream - sae.center) @ sae.encode + sae.bias


def features_of(
    sae: Sae, config: SaeConfig, stream: Float[Array, "*batch width"]
) -> Float[Array, "*batch features"]:
    """How strongly each feature fires; most are 0.

    Args:
      sae: The weights.
      config: Says which are set to 0: negative ones (``l1``), all but the ``keep``
        largest (``topk``), or those below their own threshold (``jump``).
      stream: Vectors of a model.

    Raises:
      ValueError: If the vectors have another width.

    Example:
      >>> config = SaeConfig(width=4, features=6, keep=2)
      >>> sae = init_sae(jax.random.key(0), config)
      >>> int((features_of(sae, config, jnp.ones(4)) > 0).sum())
      2
    """
    before = before_sparsity(sae, stream)
    if config.objective == "jump":
        threshold = jnp.exp(sae.log_threshold)
        return before * step_up(before, threshold, config.width_of_step)
    fired = jax.nn.relu(before)
    if config.objective == "topk":
        fired = jnp.where(fired > below_kept(fired, config.keep), fired, 0.0)
    return fired


def below_kept(
    fired: Float[Array, "*batch features"], keep: int
) -> Float[Array, "*batch 1"]:
    """A number that at most ``keep`` values are above: faster than sorting."""
    fired = jax.lax.stop_gradient(fired)

    def half(_: Any, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        middle = (low + high) / 2
        many = (fired > middle).sum(-1, keepdims=True) > keep
        return jnp.where(many, middle, low), jnp.where(many, high, middle)

    high = fired.max(-1, keepdims=True)
    start = (jnp.full_like(high, -1.0), high)
    return jax.lax.fori_loop(0, 26, half, start)[1]


def rebuilt(
    sae: Sae, fired: Float[Array, "*batch features"]
) -> Float[Array, "*batch width"]:
    r"""The vector that features stand for: :math:`c + \sum_i f_i d_i`.

    Raises:
      ValueError: If there are not as many features.

    Example:
      >>> sae = init_sae(jax.random.key(0), SaeConfig(width=4, features=6, keep=2))
      >>> bool(jnp.allclose(rebuilt(sae, jnp.eye(6)[2]), sae.decode[2]))
      True
    """
    checks.numbers(fired=fired)
    if fired.shape[-1:] != sae.bias.shape:
        count = len(sae.bias)
        raise ValueError(f"fired must hold {count} features, got {fired.shape}")
    return sae.center + fired @ sae.decode


def sae_loss(
    sae: Sae,
    config: SaeConfig,
    stream: Float[Array, "batch width"],
    price: float | Float[Array, ""],
) -> Float[Array, ""]:
    r"""What is lost in rebuilding, and what firing costs.

    .. math:: \overline{\|x - \hat x\|^2} / n + \lambda S

    with :math:`S` the sum of what fires for ``l1``, the count of what fires for
    ``jump``, and nothing for ``topk``, which needs no price.

    Args:
      sae: The weights; directions of length 1.
      config: The objective.
      stream: Vectors, of about mean square 1.
      price: :math:`\lambda`.

    Raises:
      ValueError: If the vectors have another width, or there is none.

    Example:
      >>> config = SaeConfig(4, 6, "l1", keep=2)
      >>> sae = init_sae(jax.random.key(0), config)
      >>> print(sae_loss(sae, config, jnp.zeros((2, 4)), price=1.0).round(3))
      0.0
    """
    if not len(stream):
        raise ValueError(f"stream must hold a vector, got {stream.shape}")
    if config.objective == "jump":
        before = before_sparsity(sae, stream)
        threshold = jnp.exp(sae.log_threshold)
        on = step_up(before, threshold, config.width_of_step)
        fired = before * on
        cost = on.sum(-1).mean()
    else:
        fired = features_of(sae, config, stream)
        cost = fired.sum(-1).mean() * (config.objective == "l1")
    error = ((stream - rebuilt(sae, fired)) ** 2).mean()
    return error + price * cost


def explained(
    stream: Float[Array, "batch width"], again: Float[Array, "batch width"]
) -> Float[Array, ""]:
    """Share of the variance of vectors that their rebuilt ones have.

    Raises:
      ValueError: If the shapes differ.

    Example:
      >>> x = jnp.array([[1.0, 0.0], [-1.0, 0.0]])
      >>> print(explained(x, 0.5 * x))
      0.75
    """
    checks.numbers(stream=stream, again=again)
    checks.shaped("again", again, stream.shape)
    spread = ((stream - stream.mean(0)) ** 2).sum()
    return 1 - ((stream - again) ** 2).sum() / spread
