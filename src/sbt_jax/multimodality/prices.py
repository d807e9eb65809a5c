"""What an image costs in tokens, by the rules of those who sell them.

Rules change; these are those of the guides as of :data:`AS_OF`. Each one scales an
image down until it is within limits, and then counts squares.

Public names: :mod:`sbt_jax.multimodality`.
Sources: ``sbt_jax/published/multimodality.py``.
"""

import math

from sbt_jax import checks

AS_OF = "November 2026"
LARGEST = 20_000  # pixels of a side
CLAUDE = {"standard": (1568, 1568), "high": (2576, 4784)}  # longest side, tokens


def _size(width: int, height: int) -> tuple[int, int]:
    checks.whole("width", width, 1, LARGEST)
    return width, checks.whole("height", height, 1, LARGEST)


def _squares(width: float | int, height: float | int, side: int) -> int:
    """How many squares cover it."""
    return math.ceil(width / side) * math.ceil(height / side)


def llava_tokens(width: int, height: int) -> int:
    """LLaVA-1.5: every image becomes 336 by 336 pixels, cut into squares of 14.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels.

    Example:
      >>> llava_tokens(1920, 1080)
      576
    """
    _size(width, height)
    return _squares(336, 336, 14)


def qwen_tokens(width: int, height: int) -> int:
    """Qwen2-VL: sides are rounded to multiples of 28; two marks go around it.

    Two by two patches of 14 pixels become one token. Images of more than 16,384 tokens,
    or fewer than 4, are scaled.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels.

    Example:
      >>> qwen_tokens(224, 224)
      66
    """
    _size(width, height)
    side, least, most = 28, 4, 16_384
    across, down = (max(1, round(x / side)) for x in (width, height))
    if across * down > most:
        shrink = math.sqrt(width * height / (most * side**2))
        across, down = (max(1, math.floor(x / shrink / side)) for x in (width, height))
    elif across * down < least:
        grow = math.sqrt(least * side**2 / (width * height))
        across, down = (math.ceil(x * grow / side) for x in (width, height))
    return across * down + 2


def tile_tokens(width: int, height: int) -> int:
    """GPT-4o: into 2,048 by 2,048, the shorter side to 768; then 170 a tile of 512.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels.

    Example:
      >>> tile_tokens(1024, 1024), tile_tokens(2048, 4096)
      (765, 1105)
    """
    _size(width, height)
    shrink = min(1.0, 2048 / max(width, height))
    shrink = min(shrink, 768 / min(width, height))
    return 85 + 170 * _squares(round(width * shrink, 6), round(height * shrink, 6), 512)


def patch_tokens(width: int, height: int) -> int:
    """GPT-4.1 mini and nano: squares of 32 pixels, at most 1,536 of them.

    Their number is multiplied by a factor of each model before it is billed.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels.

    Example:
      >>> patch_tokens(1024, 1024), patch_tokens(1800, 2400)
      (1024, 1452)
    """
    _size(width, height)
    side, most = 32, 1536
    if _squares(width, height, side) <= most:
        return _squares(width, height, side)
    shrink = math.sqrt(most * side**2 / (width * height))
    across, down = (x * shrink / side for x in (width, height))
    # A little smaller still, so that one side is a whole number of squares.
    fit = min(math.floor(x) / x if math.floor(x) else math.inf for x in (across, down))
    fit = fit if fit < math.inf else 1.0
    return min(most, _squares(round(across * fit, 6), round(down * fit, 6), 1))


def gemini_tokens(width: int, height: int) -> int:
    """Gemini 2.0: 258 for a small image; a larger one is cut into tiles of 258 each.

    A tile is as wide as the shorter side divided by 1.5, from 256 to 768 pixels.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels.

    Example:
      >>> gemini_tokens(300, 300), gemini_tokens(960, 540)
      (258, 1548)
    """
    _size(width, height)
    if max(width, height) <= 384:
        return 258
    tile = min(768, max(256, math.floor(min(width, height) / 1.5)))
    return 258 * _squares(width, height, tile)


def claude_size(width: int, height: int, tier: str = "standard") -> tuple[int, int]:
    """To which size Claude's interface scales an image before it is cut.

    Args:
      width: In pixels.
      height: In pixels.
      tier: ``standard``, or ``high`` resolution.

    Returns:
      The largest size of the same shape within the limits: of the longest side, filled
      up to squares of 28, and of their number.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels, or the tier is unknown.

    Example:
      >>> claude_size(1075, 1520)
      (924, 1307)
    """
    _size(width, height)
    if tier not in CLAUDE:
        raise ValueError(f"tier must be one of {tuple(CLAUDE)}, got {tier!r}")
    edge, most = CLAUDE[tier]
    long, short = max(width, height), min(width, height)

    def sides(side: int) -> tuple[int, int]:
        return side, max(1, round(side * short / long))

    def fits(side: int) -> bool:
        wide, high = (28 * math.ceil(x / 28) for x in sides(side))
        return max(wide, high) <= edge and _squares(wide, high, 28) <= most

    low, high = 1, long  # what fits, and what is asked for
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    long, short = sides(low)
    return (long, short) if width >= height else (short, long)


def claude_tokens(width: int, height: int, tier: str = "standard") -> int:
    """Claude: scaled by :func:`claude_size`, then one token a square of 28 pixels.

    Raises:
      TypeError: If a side is not whole.
      ValueError: If it is not from 1 to ``LARGEST`` pixels, or the tier is unknown.

    Example:
      >>> claude_tokens(1000, 1000), claude_tokens(1920, 1080, "high")
      (1296, 2691)
    """
    return _squares(*claude_size(width, height, tier), 28)


#: The rules that the page compares, by name.
RULES = {
    "LLaVA-1.5": llava_tokens,
    "Qwen2-VL": qwen_tokens,
    "GPT-4o": tile_tokens,
    "GPT-4.1 mini": patch_tokens,
    "Gemini 2.0": gemini_tokens,
    "Claude": claude_tokens,
}
