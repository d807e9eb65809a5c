"""How small main's cache can get, and what that costs.

Public names: :mod:`sbt_jax.viz.inference`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, FixedTicker, LabelSet, Range1d

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

WAYS = ("a narrow place", "fewer bits", "fewer key heads")
LOW, HIGH = 1e-5, 10.0  # nats; what is below is drawn at the low end
KEPT = 256  # numbers of a token and layer in main


def nats(cost: float) -> str:
    """An extra cost in words.

    Example:
      >>> nats(0.0326), nats(0.00004), nats(-0.0002)
      ('0.033', 'under 0.001', 'under 0.001')
    """
    return "under 0.001" if cost < 0.001 else f"{cost:.3f}"


def settings(table: Mapping[str, Any]) -> dict[str, list[tuple[str, float, float]]]:
    """For each way: what is done, the share of the cache left, extra nats a token.

    *Trained* is pooled and then trained on; the share of bits is of 16.

    Args:
      table: As ``read_table("inference")`` gives it.
    """
    shrink, heads = table["shrink"], table["heads"]
    narrow = [
        (f"{rank} numbers", int(rank) / KEPT, cost)
        for rank, cost in shrink["ranks"].items()
    ]
    narrow.sort(key=lambda row: -row[1])
    bits = [
        (f"{bits} bits", int(bits) / 16, found["token, token"])
        for bits, found in shrink["bits"].items()
    ]
    bits.sort(key=lambda row: -row[1])
    fewer = []
    for kv, runs in sorted(heads["pooled"].items(), reverse=True):
        for name, key in (("pooled", "pooled"), ("trained", "trained")):
            mean = sum(run[key] for run in runs) / len(runs)
            fewer.append((f"{kv} of 4, {name}", int(kv) / 4, mean - heads["whole"]))
    return dict(zip(WAYS, (narrow, bits, fewer), strict=True))


def shrink_line(way: str, rows: list[tuple[str, float, float]]) -> str:
    """What the line says of one way.

    Example:
      >>> shrink_line("fewer bits", [("4 bits", 0.125, 0.0002)])
      'By fewer bits – 4 bits: 12 % of the cache, under 0.001 nats more a token.'
    """
    told = "; ".join(
        f"{name}: {percent(share)} of the cache, {nats(cost)} nats"
        for name, share, cost in rows
    )
    return f"By {way} – {told} more a token."


def smaller_cache(table: Mapping[str, Any]) -> kit.Embed:
    """Bars of what a token costs more, by how the cache was made smaller.

    Args:
      table: As ``read_table("inference")`` gives it.
    """
    rows = settings(table)
    group, pick = kit.choice("The cache is made smaller by", list(rows))

    def columns(way: str) -> dict[str, list[Any]]:
        found = rows[way]
        return {
            "name": [name for name, _, _ in found],
            "cost": [min(max(cost, 1.5 * LOW), HIGH) for *_, cost in found],
            "label": [nats(cost) for *_, cost in found],
        }

    source = parts.data([group], columns)
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(LOW, 1000),
        y_range=FactorRange(factors=source.data["name"][::-1]),
        x_axis_label="nats more a token",
        height=260,
    )
    plot.xaxis.ticker = FixedTicker(ticks=[1e-4, 1e-2, 1])
    plot.xaxis.major_label_overrides = {1e-4: "0.0001", 1e-2: "0.01", 1: "1"}
    parts.follow(
        [group], (plot.y_range, lambda way: {"factors": columns(way)["name"][::-1]})
    )
    plot.hbar(
        "name", left=LOW, right="cost", height=0.62, color=kit.BLUE, source=source
    )
    plot.add_layout(
        LabelSet(
            x="cost",
            y="name",
            text="label",
            source=source,
            x_offset=4,
            y_offset=-8,
            text_color=kit.GREY,
            text_font_size="12px",
        )
    )
    line = parts.status([group], lambda way: shrink_line(way, rows[way]))
    line.styles = {**line.styles, "min-height": "7em"}
    return kit.Embed(
        column(pick, plot, line, sizing_mode="stretch_width"),
        alt="Bars of what a token costs the main model more when its cache is made"
        " smaller: by a narrow place, by fewer bits, by fewer key heads.",
        status=line,
        table=[
            ("way", "cache left", "nats more a token"),
            *(
                (f"{way}: {name}", percent(share), nats(cost))
                for way, found in rows.items()
                for name, share, cost in found
            ),
        ],
    )
