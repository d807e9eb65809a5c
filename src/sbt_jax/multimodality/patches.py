"""Patches: an image as a grid of tokens, and back.

Public names: :mod:`sbt_jax.multimodality`.
Source: Dosovitskiy et al. (2020), arXiv:2010.11929, section 3.1.
"""

from jaxtyping import Array, Float

from sbt_jax import checks


def patchify(
    image: Float[Array, "*batch rows cols colors"], patch: int
) -> Float[Array, "*batch time pixels"]:
    """Cut an image into square patches and lay each one out as a list.

    Args:
      image: Brightness of every pixel, in one number or one a colour.
      patch: Side of a patch, in pixels.

    Returns:
      Patches in the order of reading: from the top left, row by row.

    Raises:
      TypeError: If ``patch`` is not whole.
      ValueError: If the image does not split into such patches.

    Example:
      >>> import jax.numpy as jnp
      >>> image = jnp.arange(16.0).reshape(4, 4, 1)
      >>> print(patchify(image, 2)[0])
      [0. 1. 4. 5.]
    """
    checks.numbers(image=image)
    if image.ndim < 3:
        raise ValueError(f"image must have rows, cols, colors, got {image.shape}")
    *batch, rows, cols, colors = image.shape
    checks.whole("patch", patch, 1)
    if rows % patch or cols % patch or not rows or not cols:
        raise ValueError(
            f"image must split into patches of {patch} pixels, got {image.shape}"
        )
    down, across = rows // patch, cols // patch
    cut = image.reshape(*batch, down, patch, across, patch, colors)
    cut = cut.swapaxes(-4, -3)  # (*batch, down, across, patch, patch, colors)
    return cut.reshape(*batch, down * across, patch * patch * colors)


def unpatchify(
    patches: Float[Array, "*batch time pixels"], cols: int, patch: int, colors: int = 1
) -> Float[Array, "*batch rows cols colors"]:
    """The image that was cut: the inverse of :func:`patchify`.

    Args:
      patches: In the order of reading.
      cols: Width of the image, in pixels.
      patch: Side of a patch, in pixels.
      colors: Numbers of a pixel.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If the patches do not fill such an image.

    Example:
      >>> import jax.numpy as jnp
      >>> image = jnp.arange(16.0).reshape(4, 4, 1)
      >>> bool((unpatchify(patchify(image, 2), 4, 2) == image).all())
      True
    """
    checks.numbers(patches=patches)
    checks.whole("patch", patch, 1)
    checks.whole("colors", colors, 1)
    checks.whole("cols", cols, patch)
    across = cols // patch
    *batch, time, pixels = patches.shape
    if cols % patch or time % across or pixels != patch * patch * colors or not time:
        raise ValueError(
            f"patches must fill rows of {cols} pixels with {patch} by {patch} by"
            f" {colors} numbers each, got {patches.shape}"
        )
    down = time // across
    cut = patches.reshape(*batch, down, across, patch, patch, colors)
    cut = cut.swapaxes(-4, -3)
    return cut.reshape(*batch, down * patch, cols, colors)
