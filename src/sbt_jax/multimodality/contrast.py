r"""CLIP: pictures and captions in one space, by telling pairs from non-pairs.

Public names: :mod:`sbt_jax.multimodality`.
Source: Radford et al. (2021), arXiv:2103.00020, section 2.3 and figure 3; the sigmoid
loss: Zhai et al. (2023), arXiv:2303.15343, section 3.2.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from sbt_jax import checks

FIRST_SCALE = 1 / 0.07  # of CLIP, before training
MOST_SCALE = 100.0  # at which CLIP clips it
TINY = 1e-12


def unit(vectors: Float[Array, "*batch width"]) -> Float[Array, "*batch width"]:
    """Vectors of length 1 in the same directions; zeros stay zeros.

    Example:
      >>> print(unit(jnp.array([3.0, 4.0])).round(3))
      [0.6 0.8]
    """
    checks.numbers(vectors=vectors)
    square = (vectors**2).sum(-1, keepdims=True)
    return vectors * jax.lax.rsqrt(jnp.maximum(square, TINY))


def cosines(
    images: Float[Array, "rows width"], texts: Float[Array, "cols width"]
) -> Float[Array, "rows cols"]:
    """How much each picture points where each caption does, from -1 to 1.

    Raises:
      ValueError: If the two are not vectors of one size.

    Example:
      >>> print(cosines(jnp.array([[2.0, 0.0]]), jnp.array([[1.0, 0.0], [0.0, 3.0]])))
      [[1. 0.]]
    """
    checks.numbers(images=images, texts=texts)
    checks.shaped("images", images, (None, None))
    checks.shaped("texts", texts, (None, images.shape[1]))
    return unit(images) @ unit(texts).T


def clipped_scale(
    log_scale: Float[Array, ""], most: float = MOST_SCALE
) -> Float[Array, ""]:
    """The learned scale: a power of e, at most ``most``.

    Raises:
      ValueError: If ``most`` is not positive.

    Example:
      >>> print(clipped_scale(jnp.log(5.0)).round(3), clipped_scale(jnp.array(9.0)))
      5.0 100.0
    """
    checks.number("most", most, 0, above=True, infinite=True)
    return jnp.minimum(jnp.exp(log_scale), most)


def contrastive_loss(
    images: Float[Array, "batch width"],
    texts: Float[Array, "batch width"],
    scale: float | Float[Array, ""] = FIRST_SCALE,
) -> Float[Array, ""]:
    r"""InfoNCE both ways: which caption is this picture's, and the other way round?

    .. math:: \tfrac12 \left(\mathrm{CE}_{\text{rows}}(s C) +
              \mathrm{CE}_{\text{columns}}(s C)\right)

    where :math:`C` are the cosines, :math:`s` is the scale, and the right answers
    lie on the diagonal.

    Args:
      images: A vector for each picture.
      texts: A vector for the caption of each, in the same order.
      scale: By which cosines are multiplied: one over the temperature.

    Returns:
      Mean surprise, in nats. Who knows nothing has the logarithm of the batch.

    Raises:
      ValueError: If there is not one caption for each picture.

    Example:
      >>> same = jnp.ones((4, 2))
      >>> print(contrastive_loss(same, same).round(3), jnp.log(4.0).round(3))
      1.386 1.386
    """
    checks.numbers(images=images, texts=texts)
    checks.shaped("texts", texts, images.shape)
    if not len(images):
        raise ValueError(f"images must not be empty, got {images.shape}")
    logits = scale * cosines(images, texts)
    rows = jnp.diagonal(jax.nn.log_softmax(logits, axis=1))
    columns = jnp.diagonal(jax.nn.log_softmax(logits, axis=0))
    return -(rows.mean() + columns.mean()) / 2


def sigmoid_loss(
    images: Float[Array, "batch width"],
    texts: Float[Array, "batch width"],
    scale: float | Float[Array, ""] = 10.0,
    bias: float | Float[Array, ""] = -10.0,
) -> Float[Array, ""]:
    r"""SigLIP: each pair of picture and caption is asked on its own, yes or no.

    .. math:: -\frac1n \sum_{i,j} \log \sigma\left(y_{ij} (s C_{ij} + b)\right)

    with :math:`y = 1` on the diagonal and :math:`-1` elsewhere.

    Args:
      images: A vector for each picture.
      texts: A vector for the caption of each, in the same order.
      scale: By which cosines are multiplied.
      bias: Added to all. Most pairs are none: it begins low.

    Raises:
      ValueError: If there is not one caption for each picture.

    Example:
      >>> round(float(sigmoid_loss(jnp.eye(64), jnp.eye(64))), 3)
      0.696
    """
    checks.numbers(images=images, texts=texts)
    checks.shaped("texts", texts, images.shape)
    if not len(images):
        raise ValueError(f"images must not be empty, got {images.shape}")
    logits = scale * cosines(images, texts) + bias
    pairs = 2 * jnp.eye(len(images)) - 1
    return -jax.nn.log_sigmoid(pairs * logits).sum() / len(images)


def zero_shot(
    images: Float[Array, "samples width"], texts: Float[Array, "classes width"]
) -> Int[Array, " samples"]:
    """The class of each picture: the caption that points most where it does.

    Raises:
      ValueError: If there is no caption.

    Example:
      >>> print(zero_shot(jnp.eye(3), jnp.eye(3)[::-1]))
      [2 1 0]
    """
    if not len(texts):
        raise ValueError(f"texts must not be empty, got {texts.shape}")
    return cosines(images, texts).argmax(1)


def modality_gap(
    images: Float[Array, "samples width"], texts: Float[Array, "samples width"]
) -> Float[Array, ""]:
    """Distance between the means of unit pictures and of unit captions.

    Source: Liang et al. (2022), arXiv:2203.02053, section 2.

    Raises:
      ValueError: If a side is empty.

    Example:
      >>> print(modality_gap(jnp.eye(2), -jnp.eye(2)).round(3))
      1.414
    """
    checks.numbers(images=images, texts=texts)
    checks.shaped("texts", texts, (None, images.shape[-1]))
    for name, vectors in (("images", images), ("texts", texts)):
        if not len(vectors):
            raise ValueError(f"{name} must not be empty, got {vectors.shape}")
    return jnp.linalg.norm(unit(images).mean(0) - unit(texts).mean(0))
