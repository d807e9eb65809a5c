r"""What a long text costs: work, memory, and the bill.

Public names: :mod:`sbt_jax.context`.
Source: windows in some layers only: Gemma Team (2025), arXiv:2503.19786, section 2;
prices of kept prefixes: see :mod:`sbt_jax.published.context`.
"""

import dataclasses

from sbt_jax import checks
from sbt_jax.architecture import Design, parameter_count
from sbt_jax.published.context import CONTEXT

BYTES = 2  # of a number of 16 bits


@dataclasses.dataclass(frozen=True)
class Shape:
    """What the cost of a text depends on.

    Args:
      layers: Number of blocks.
      heads: Query heads of each.
      kv_heads: Key and value heads of each.
      head: Size of a head.
      weights: Numbers in the matrices that every token passes through.
      local: How many of the layers see a sliding window only.
      span: Its size, in tokens; 0 if there is no such layer.

    Raises:
      TypeError: If a size is not whole.
      ValueError: If a size is out of range, or there are local layers without a span.

    Example:
      >>> Shape(layers=2, heads=4, kv_heads=2, head=16, weights=1000).local
      0
    """

    layers: int
    heads: int
    kv_heads: int
    head: int
    weights: int
    local: int = 0
    span: int = 0

    def __post_init__(self) -> None:
        for name in ("layers", "heads", "kv_heads", "head", "weights"):
            checks.whole(name, getattr(self, name), 1)
        checks.whole("local", self.local, 0, self.layers)
        checks.whole("span", self.span, 1 if self.local else 0)


def shape_of(design: Design) -> Shape:
    """What counts of a published design: its sizes, and the weights of its blocks.

    Example:
      >>> from sbt_jax.architecture import published_designs
      >>> shape_of(published_designs()["GPT-3"]).weights == 12 * 12_288**2 * 96
      True
    """
    config, switches = design
    bare = dataclasses.replace(switches, biases=False)
    counts = parameter_count(config, bare)
    return Shape(
        config.layers,
        config.heads,
        config.key_heads,
        config.head,
        counts["attention"] + counts["mlp"],
    )


def windowed_shape(name: str) -> Shape:
    """A published model some of whose layers see a sliding window only.

    Args:
      name: As ``Gemma 3 27B``, in ``published/context.py``.

    Raises:
      ValueError: If it has no such sizes.

    Example:
      >>> windowed_shape("Gemma 3 27B").local
      52
    """
    sizes = CONTEXT[name].value if name in CONTEXT else None
    if not isinstance(sizes, dict) or "every" not in sizes:
        raise ValueError(f"name must be of a model with windows, got {name!r}")
    width, head, layers = sizes["width"], sizes["head"], sizes["layers"]
    heads = 2 * sizes["heads"] + 2 * sizes["kv_heads"]
    weights = layers * width * (heads * head + 3 * sizes["mlp"])
    return Shape(
        layers,
        sizes["heads"],
        sizes["kv_heads"],
        head,
        weights,
        local=layers - layers // sizes["every"],
        span=sizes["span"],
    )


def reading_flops(shape: Shape, tokens: int) -> dict[str, float]:
    r"""Work of reading a text once.

    .. math:: 2 N n + 2 L h d \, n^2

    where half of the :math:`n^2` pairs are in the future and cost nothing. A
    multiplication and an addition are two.

    Args:
      shape: The model.
      tokens: :math:`n`, the length of the text.

    Returns:
      FLOPs of the products with the ``weights``, and of ``looking`` back.

    Raises:
      TypeError: If ``tokens`` is not whole.
      ValueError: If it is below 1.

    Example:
      >>> shape = Shape(layers=2, heads=4, kv_heads=2, head=16, weights=1000)
      >>> reading_flops(shape, 10)
      {'weights': 20000.0, 'looking': 25600.0}
    """
    n = checks.whole("tokens", tokens, 1)
    full = n * n / 2
    near = min(n, shape.span)
    windowed = near * near / 2 + (n - near) * near
    pairs = (shape.layers - shape.local) * full + shape.local * windowed
    return {
        "weights": float(2 * shape.weights * n),
        "looking": float(4 * shape.heads * shape.head * pairs),
    }


def doubling(shape: Shape, tokens: int) -> float:
    """How many times the work of a text is that of one half as long.

    Args:
      shape: The model.
      tokens: The shorter length.

    Example:
      >>> shape = Shape(layers=2, heads=4, kv_heads=2, head=16, weights=1000)
      >>> round(doubling(shape, 1), 2), round(doubling(shape, 10_000), 2)
      (2.23, 4.0)
    """
    checks.whole("tokens", tokens, 1)
    longer = sum(reading_flops(shape, 2 * tokens).values())
    return longer / sum(reading_flops(shape, tokens).values())


def equal_at(shape: Shape) -> float:
    """The length at which looking back costs as much as the weights.

    Raises:
      ValueError: If some layers see a window only.

    Example:
      >>> equal_at(Shape(layers=2, heads=4, kv_heads=2, head=16, weights=1000))
      7.8125
    """
    if shape.local:
        raise ValueError(f"local must be 0, got {shape.local}")
    return shape.weights / (shape.layers * shape.heads * shape.head)


def kv_bytes(shape: Shape, tokens: int, size: int = BYTES) -> int:
    """Memory of the keys and values of a text, while it is read and answered.

    Args:
      shape: The model.
      tokens: Its length.
      size: Bytes of a number.

    Raises:
      TypeError: If a number is not whole.
      ValueError: If one is out of range.

    Example:
      >>> kv_bytes(Shape(2, heads=4, kv_heads=2, head=16, weights=1000), 10)
      2560
    """
    checks.whole("tokens", tokens)
    each = 2 * shape.kv_heads * shape.head * checks.whole("size", size, 1)
    kept = (shape.layers - shape.local) * tokens
    return each * (kept + shape.local * min(tokens, shape.span))


def chat_bill(
    turns: int, first: int, each: int, write: float = 1.0, read: float = 1.0
) -> float:
    """What the input of a whole chat costs, as tokens at the full price.

    Every turn sends all that was said before. With ``write`` and ``read`` at 1 nothing
    is kept from one turn to the next.

    Args:
      turns: How many questions.
      first: Tokens before the first, such as rules and files.
      each: Tokens that each turn adds: the question and the last answer.
      write: Price of a token that is sent for the first time and kept.
      read: Price of one that is kept already.

    Raises:
      TypeError: If a number of tokens is not whole.
      ValueError: If a number is negative.

    Example:
      >>> chat_bill(3, first=100, each=10), chat_bill(3, 100, 10, write=1.25, read=0.1)
      (360.0, 185.5)
    """
    checks.whole("turns", turns)
    checks.whole("first", first)
    checks.whole("each", each)
    checks.number("write", write, 0)
    checks.number("read", read, 0)
    if not turns:
        return 0.0
    new = first + turns * each
    again = (turns - 1) * first + each * turns * (turns - 1) // 2
    return float(write * new + read * again)


def pays_from(write: float, read: float) -> int:
    """The call of one and the same beginning at which keeping it has paid.

    Args:
      write: Price of a kept token, the first time.
      read: Each further time.

    Raises:
      ValueError: If a price is negative, or reading costs the full price or more.

    Example:
      >>> pays_from(1.25, 0.1), pays_from(2.0, 0.1)
      (2, 3)
    """
    checks.number("write", write, 0)
    checks.number("read", read, 0, 1, below=True)
    calls = 1
    while write + (calls - 1) * read >= calls:
        calls += 1
    return calls
