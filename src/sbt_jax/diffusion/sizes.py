r"""Sizes of published models, from their shapes alone.

Public names: :mod:`sbt_jax.diffusion`.
Source: Peebles & Xie (2022), arXiv:2212.09748, table 1 and its code; Esser et al.
(2024), arXiv:2403.03206, section 4.2; the configuration of FLUX.1; Rombach et al.
(2021), arXiv:2112.10752, section 3.1.
"""

from sbt_jax import checks

WAVES = 256  # numbers that tell DiT and FLUX the time


def dit_parameters(
    width: int,
    layers: int,
    patch: int,
    side: int = 32,
    channels: int = 4,
    classes: int = 1000,
) -> int:
    """Weights of a diffusion transformer, its fixed table of places included.

    Args:
      width: Numbers of a token.
      layers: Blocks.
      patch: Side of a patch.
      side: Of the latent picture.
      channels: Of the latent picture.
      classes: That it can be told.

    Raises:
      ValueError: If a size is not positive, or the patches do not fit.

    Example:
      >>> dit_parameters(1152, 28, 2)
      675129632
    """
    tokens = _tokens(width, layers, patch, side, channels)
    checks.whole("classes", classes, 1)
    inlet = (patch**2 * channels + 1) * width
    time = (WAVES + 1) * width + (width + 1) * width
    block = 18 * width**2 + 15 * width
    outlet = (width + 1) * patch**2 * 2 * channels + 2 * (width + 1) * width
    return inlet + time + (classes + 1 + tokens) * width + layers * block + outlet


def dit_multiply_adds(
    width: int, layers: int, patch: int, side: int = 32, channels: int = 4
) -> int:
    """Multiply-adds of one guess of a diffusion transformer.

    Args:
      width: Numbers of a token.
      layers: Blocks.
      patch: Side of a patch.
      side: Of the latent picture.
      channels: Of the latent picture.

    Raises:
      ValueError: If a size is not positive, or the patches do not fit.

    Example:
      >>> round(dit_multiply_adds(1152, 28, 2) / 1e9, 1)
      118.6
    """
    tokens = _tokens(width, layers, patch, side, channels)
    ends = tokens * width * patch**2 * 3 * channels
    told = (WAVES + width) * width + (6 * layers + 2) * width**2
    block = 12 * tokens * width**2 + 2 * tokens**2 * width
    return ends + told + layers * block


def _tokens(width: int, layers: int, patch: int, side: int, channels: int) -> int:
    sizes = {"width": width, "layers": layers, "patch": patch, "side": side}
    for name, value in (sizes | {"channels": channels}).items():
        checks.whole(name, value, 1)
    if side % patch:
        raise ValueError(f"patch must divide a side of {side}, got {patch}")
    return (side // patch) ** 2


def sd3_parameters(depth: int) -> int:
    r"""Weights in the blocks of Stable Diffusion 3, 64 times as wide as it is deep.

    Two streams, one of words and one of pictures, of :math:`18 w^2` each.

    Raises:
      ValueError: If the depth is not positive.

    Example:
      >>> round(sd3_parameters(38) / 1e9, 1)
      8.1
    """
    checks.whole("depth", depth, 1)
    return 2 * 18 * depth * (64 * depth) ** 2


def flux_parameters(
    width: int = 3072,
    double: int = 19,
    single: int = 38,
    heads: int = 24,
    latent: int = 64,
    text: int = 4096,
    clip: int = 768,
) -> int:
    """Weights of the transformer of FLUX.1 [dev].

    Args:
      width: Numbers of a token.
      double: Blocks with weights of their own for words and for pictures.
      single: Blocks with the same weights for both.
      heads: Of attention.
      latent: Numbers of a picture's token: a patch of the latent picture.
      text: Numbers of a word, as T5 gives it.
      clip: Numbers of the one vector that CLIP gives for the prompt.

    Raises:
      ValueError: If a size is not positive, or the width does not split into heads.

    Example:
      >>> flux_parameters()
      11901408320
    """
    sizes = {"width": width, "double": double, "single": single, "heads": heads}
    for name, value in (sizes | {"latent": latent, "text": text, "clip": clip}).items():
        checks.whole(name, value, 1)
    if width % heads:
        raise ValueError(f"width must be a multiple of heads, got {width} and {heads}")
    square, norms = width**2, 2 * (width // heads)
    inlets = (latent + 1 + text + 1) * width
    told = sum((n + 1) * width + (width + 1) * width for n in (WAVES, WAVES, clip))
    stream = 18 * square + 15 * width + norms
    alone = 15 * square + 11 * width + norms
    outlet = 2 * (width + 1) * width + (width + 1) * latent
    return inlets + told + double * 2 * stream + single * alone + outlet


def latent_numbers(side: int, factor: int = 8, channels: int = 4) -> int:
    """Numbers of the latent picture of a square image.

    Args:
      side: Of the image, in pixels.
      factor: How many times narrower the latent picture is.
      channels: Of the latent picture.

    Raises:
      ValueError: If a size is not positive, or the factor does not divide the side.

    Example:
      >>> 3 * 512**2 / latent_numbers(512)
      48.0
    """
    for name, value in (("side", side), ("factor", factor), ("channels", channels)):
        checks.whole(name, value, 1)
    if side % factor:
        raise ValueError(f"factor must divide a side of {side}, got {factor}")
    return (side // factor) ** 2 * channels
