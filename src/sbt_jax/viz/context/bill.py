"""The bill: what a long text costs to read, to keep and to send again.

Public names: :mod:`sbt_jax.viz.context`; ``context/bill.mjs`` does the same sums.
"""

import dataclasses
from collections.abc import Mapping

from bokeh.layouts import column
from bokeh.models import BasicTicker, ColumnDataSource, FactorRange, Select, Slider

from sbt_jax.context import Shape, chat_bill, doubling, kv_bytes, reading_flops
from sbt_jax.numbers import count, decimal, percent
from sbt_jax.viz import kit, parts

LENGTHS = tuple(2**i for i in range(10, 21))  # tokens: a thousand to a million
EACH = 400  # tokens of a question and its answer
WORK = ("weights", "looking")
LABELS = ("through the weights", "looking back")
PAID = ("every turn anew", "the beginning kept")


def amount(number: float, unit: str) -> str:
    """A large number of a unit; mirrored in ``bill.mjs``.

    Example:
      >>> amount(1.5e15, "FLOP"), amount(2e9, "FLOP")
      ('1.5 PFLOP', '2.0 GFLOP')
    """
    for prefix, size in (("E", 1e18), ("P", 1e15), ("T", 1e12)):
        if number >= size:
            return f"{number / size:.1f} {prefix}{unit}"
    return f"{number / 1e9:.1f} G{unit}"


def bill_line(
    name: str,
    tokens: int,
    flops: Mapping[str, float],
    twice: float,
    kept: int,
    turns: int,
    paid: tuple[float, float],
) -> str:
    """What the line says; mirrored in ``bill.mjs``."""
    work = sum(flops.values())
    return (
        f"{name} reads {count(tokens)} tokens with {amount(work, 'FLOP')},"
        f" {percent(flops['looking'] / work)} of it looking back. Twice the text is"
        f" {decimal(twice)} times the work. Its keys and values take"
        f" {decimal(kept / 1e9, 1)} GB. {count(turns)} questions about it are billed"
        f" as {count(paid[0])} tokens, or as {count(paid[1])} where the beginning is"
        " kept."
    )


def the_bill(
    shapes: Mapping[str, Shape],
    first: str,
    tokens: int,
    turns: int,
    write: float,
    read: float,
) -> kit.Embed:
    """A model, a length and a number of questions; bars of work and price follow.

    Args:
      shapes: Models by name.
      first: The one that is shown first.
      tokens: Of the text: one of ``LENGTHS``.
      turns: Questions about it.
      write: Price of a token that is kept, the first time.
      read: Each further time.
    """
    model = Select(title="The model", options=list(shapes), value=first)
    model.sizing_mode = "stretch_width"
    length = parts.slider(
        "tokens of the text", [count(n) for n in LENGTHS], LENGTHS.index(tokens)
    )
    asked = Slider(title="questions about it", start=1, end=40, value=turns, step=1)
    asked.sizing_mode = "stretch_width"
    flops = reading_flops(shapes[first], tokens)
    paid = (
        chat_bill(turns, tokens, EACH),
        chat_bill(turns, tokens, EACH, write, read),
    )
    source = ColumnDataSource(
        {
            "part": list(LABELS),
            "share": [flops[part] / sum(flops.values()) for part in WORK],
        }
    )
    work = kit.axes(
        x_range=(0, 1),
        y_range=FactorRange(factors=list(LABELS)[::-1]),
        x_axis_label="share of the work",
        height=150,
    )
    work.hbar("part", right="share", height=0.6, color=kit.BLUE, source=source)
    costs = ColumnDataSource({"way": list(PAID), "cost": [x / 1e6 for x in paid]})
    price = kit.axes(
        y_range=FactorRange(factors=list(PAID)[::-1]),
        x_axis_label="bill, million tokens",
        height=150,
    )
    price.x_range.start = 0
    price.xaxis.ticker = BasicTicker(desired_num_ticks=4)
    price.hbar("way", right="cost", height=0.6, color=kit.ORANGE, source=costs)
    line = kit.status(
        bill_line(
            first,
            tokens,
            flops,
            doubling(shapes[first], tokens),
            kv_bytes(shapes[first], tokens),
            turns,
            paid,
        ),
        lines=7,
    )
    follow = kit.callback(
        __file__,
        shapes={name: dataclasses.asdict(shape) for name, shape in shapes.items()},
        prices=[write, read],
        model=model,
        length=length,
        asked=asked,
        source=source,
        costs=costs,
        line=line,
    )
    for widget in (model, length, asked):
        widget.js_on_change("value", follow)
    return kit.Embed(
        column(
            kit.beside([model, length, asked, line], [work, price], least=220),
            sizing_mode="stretch_width",
        ),
        alt="Bars of how the work of reading a text splits into weights and looking"
        " back, and of what a chat about it costs with its beginning kept and without.",
        status=line,
        table=[
            ("part of the work", "share"),
            *(
                (label, percent(share))
                for label, share in zip(LABELS, source.data["share"], strict=True)
            ),
        ],
    )
