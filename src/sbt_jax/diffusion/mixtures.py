r"""A picture world whose density is known, and its exact denoiser.

The world is a mixture of Gaussians: each component has a mean picture, a few directions
in which it varies, and a little grain. So the best guess of the clean picture behind a
noisy one can be computed, and not only learned.

Public names: :mod:`sbt_jax.diffusion`; mirrored in ``viz/diffusion/erase.mjs``.
Source: Tipping & Bishop (1999), Mixtures of probabilistic principal component
analysers, section 3; the posterior mean is Bayes' rule for Gaussians.
"""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from sbt_jax import checks


class Mixture(NamedTuple):
    """Gaussians, all of them equally likely, in order of their classes."""

    means: Float[Array | np.ndarray, "components pixels"]
    factors: Float[Array | np.ndarray, "components pixels rank"]


def fit_mixture(
    images: Float[np.ndarray, "samples pixels"],
    labels: Int[np.ndarray, " samples"],
    each: int = 3,
    rank: int = 12,
    grain: float = 0.1,
    rounds: int = 20,
    seed: int = 0,
) -> Mixture:
    """Split each class by k-means, and fit a Gaussian to each part.

    Args:
      images: Pictures, one a row.
      labels: The class of each.
      each: Gaussians a class.
      rank: Directions in which each of them varies.
      grain: Standard deviation in every other direction.
      rounds: Of k-means.
      seed: Of its start.

    Raises:
      ValueError: If there is not one label a picture, or a part is too small.

    Example:
      >>> rows = np.random.default_rng(0).normal(size=(40, 4))
      >>> fit_mixture(rows, np.arange(40) % 2, each=1, rank=2).factors.shape
      (2, 4, 2)
    """
    images = np.asarray(checks.all_finite("images", images))
    checks.shaped("images", images, (None, None))
    labels = checks.ids("labels", labels)
    checks.shaped("labels", labels, (len(images),))
    for name, value in (("each", each), ("rank", rank), ("rounds", rounds)):
        checks.whole(name, value, 1)
    checks.number("grain", grain, 0, above=True)
    rng = np.random.default_rng(seed)
    means, factors = [], []
    for label in range(int(labels.max()) + 1):
        rows = images[labels == label]
        if len(rows) <= each * rank:
            raise ValueError(
                f"images must have more than {each * rank} of class {label},"
                f" got {len(rows)}"
            )
        centres = rows[rng.choice(len(rows), each, replace=False)]
        for _ in range(rounds):
            part = ((rows[:, None] - centres) ** 2).sum(-1).argmin(1)
            centres = np.stack(
                [
                    rows[part == k].mean(0) if (part == k).any() else centres[k]
                    for k in range(each)
                ]
            )
        for k in range(each):
            own = rows[part == k] if (part == k).sum() > rank else rows
            _, sizes, ways = np.linalg.svd(own - own.mean(0), full_matrices=False)
            extra = np.maximum(sizes[:rank] ** 2 / len(own) - grain**2, 0)
            means.append(own.mean(0))
            factors.append(ways[:rank].T * np.sqrt(extra))
    return Mixture(
        np.stack(means).astype(np.float32), np.stack(factors).astype(np.float32)
    )


def draw_clean(
    key: Array, mixture: Mixture, components: Int[Array, " batch"], grain: float
) -> Float[Array, "batch pixels"]:
    """Clean pictures, one of each of the given components. Takes ``key`` first.

    Raises:
      ValueError: If ``grain`` is negative.

    Example:
      >>> world = Mixture(jnp.zeros((1, 4)), jnp.zeros((1, 4, 2)))
      >>> print(draw_clean(jax.random.key(0), world, jnp.array([0, 0]), 0.0))
      [[0. 0. 0. 0.]
       [0. 0. 0. 0.]]
    """
    checks.number("grain", grain, 0)
    one, two = jax.random.split(key)
    means, factors = (leaf[components] for leaf in mixture)
    ways = jax.random.normal(one, factors[:, 0].shape)
    noise = jax.random.normal(two, means.shape)
    return means + jnp.einsum("npr,nr->np", factors, ways) + grain * noise


class Guess(NamedTuple):
    """What is known of the clean picture behind a noisy one."""

    clean: Float[Array, "batch pixels"]  # mean of all clean pictures it could be
    share: Float[Array, "batch components"]  # how likely each component is
    log_density: Float[Array, " batch"]  # of the noisy picture, in nats


def exact_guess(
    mixture: Mixture,
    noisy: Float[Array, "batch pixels"],
    signal: float | Float[Array, ""],
    noise: float | Float[Array, ""],
    grain: float,
    allowed: Float[Array, " components"] | None = None,
) -> Guess:
    r"""The mean of every clean picture that could lie behind each noisy one.

    With :math:`x_t = a x + b \varepsilon` and a component of mean :math:`\mu` and
    covariance :math:`WW^\top + \sigma^2 I`, let :math:`s = a^2\sigma^2 + b^2`,
    :math:`d = x_t - a\mu` and :math:`M = sI + a^2 W^\top W`. Then

    .. math:: E[x \mid x_t] = \mu + a\left(W M^{-1}W^\top d +
              \tfrac{\sigma^2}{s}(d - a^2 W M^{-1} W^\top d)\right)

    and the components are averaged by how likely each one is.

    Args:
      mixture: The world.
      noisy: Pictures with noise.
      signal: :math:`a`, how much of the picture is left.
      noise: :math:`b`, how much noise was added.
      grain: :math:`\sigma` of every component.
      allowed: 1 for components that it may be, 0 for others, at least one 1; all of
        them if None.

    Raises:
      ValueError: If the pictures are not of the world's size.

    Example:
      >>> world = Mixture(jnp.zeros((1, 4)), jnp.zeros((1, 4, 2)))
      >>> guess = exact_guess(world, jnp.ones((1, 4)), 0.6, 0.8, 1.0)
      >>> print(guess.clean.round(3))
      [[0.6 0.6 0.6 0.6]]
    """
    means, factors = mixture
    checks.numbers(noisy=noisy)
    checks.shaped("noisy", noisy, (None, means.shape[1]))
    pixels, rank = factors.shape[1:]
    s = signal**2 * grain**2 + noise**2
    gram = jnp.einsum("kpr,kpq->krq", factors, factors)
    inner = s * jnp.eye(rank) + signal**2 * gram
    root = jnp.linalg.cholesky(inner)  # (components, rank, rank)
    d = noisy[:, None] - signal * means  # (batch, components, pixels)
    q = jnp.einsum("kpr,nkp->nkr", factors, d)
    solved = jax.vmap(
        lambda low, rows: jax.scipy.linalg.cho_solve((low, True), rows.T).T,
        (0, 1),
        1,
    )(root, q)
    back = jnp.einsum("kpr,nkr->nkp", factors, solved)
    each = means + signal * (back + grain**2 / s * (d - signal**2 * back))
    squares = ((d**2).sum(-1) - signal**2 * (q * solved).sum(-1)) / s
    logs = jnp.log(jnp.diagonal(root, axis1=1, axis2=2)).sum(-1) * 2
    volume = (pixels - rank) * jnp.log(s) + logs
    score = -(squares + volume + pixels * math.log(2 * math.pi)) / 2
    if allowed is None:
        allowed = jnp.ones(len(means))
    prior = jnp.log(allowed / allowed.sum())
    total = jax.nn.logsumexp(score + prior, axis=1)
    share = jnp.exp(score + prior - total[:, None])
    return Guess(jnp.einsum("nk,nkp->np", share, each), share, total)


def nearest_mix(
    images: Float[Array, "samples pixels"],
    noisy: Float[Array, "batch pixels"],
    signal: float | Float[Array, ""],
    noise: float | Float[Array, ""],
) -> Float[Array, "batch pixels"]:
    r"""The exact denoiser of a finite set: its pictures, weighted by how well they fit.

    .. math:: E[x \mid x_t] = \sum_i w_i x_i, \quad
              w = \mathrm{softmax}\left(-\tfrac{|x_t - a x_i|^2}{2 b^2}\right)

    Raises:
      ValueError: If the pictures differ in size.

    Example:
      >>> two = jnp.array([[0.0, 0.0], [1.0, 1.0]])
      >>> print(nearest_mix(two, jnp.array([[0.9, 1.2]]), 1.0, 0.1).round(3))
      [[1. 1.]]
    """
    checks.numbers(images=images, noisy=noisy)
    checks.shaped("noisy", noisy, (None, images.shape[1]))
    far = ((noisy[:, None] - signal * images) ** 2).sum(-1)
    return jax.nn.softmax(-far / (2 * noise**2), axis=1) @ images
