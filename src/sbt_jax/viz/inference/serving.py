"""A server that many people ask at once, simulated.

Public names: :mod:`sbt_jax.viz.inference`; ``serving.mjs`` simulates the same way.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Select, Slider

from sbt_jax.inference import POLICIES, serve
from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts
from sbt_jax.viz.inference.crowds import RATES, Server, faster
from sbt_jax.viz.inference.lanes import (
    EDGES,
    lanes,
    lanes_plot,
    served_line,
    waits,
    waits_plot,
)
from sbt_jax.viz.inference.memory import LAYOUTS, TEXTS, drawn, memory_plot, squares

WAYS = ("read each time", "kept for all")
VIEWS = ("lanes", "waits", "memory")
MOMENT = 40  # per cent of the time


def the_server(offered: Mapping[str, Server]) -> kit.Embed:
    """Questions to a server, by how it orders its work: lanes, waits, its memory.

    Args:
      offered: By name. The first is chosen at first.
    """
    names, kinds = list(offered), list(offered.values())
    first = kinds[0]
    now = faster(first.asks, first.rate)
    served = serve(now, first.prices, POLICIES[0])
    chip, policy, kept, layout = (
        Select(title=title, options=options, value=options[0])
        for title, options in (
            ("What runs", names),
            ("The server", list(POLICIES)),
            ("The common beginning", list(WAYS)),
            ("Memory is given", list(LAYOUTS)),
        )
    )
    moment = Slider(
        title="moment, % of the time", start=0, end=100, step=1, value=MOMENT
    )
    for widget in (chip, policy, kept, layout, moment):
        widget.sizing_mode = "stretch_width"
    load = parts.slider(
        "questions a second", [str(r) for r in RATES], RATES.index(first.rate)
    )
    view, views = kit.choice("Look at", VIEWS)
    last = max(one.tokens[-1] for one in served)
    sources = {
        "lanes": ColumnDataSource(lanes(now, served, first.stall)),
        "waits": ColumnDataSource(waits(now, served)),
        "memory": ColumnDataSource(
            drawn(
                squares(now, served, first.plan, LAYOUTS[0], last * MOMENT / 100),
                first.plan,
            )
        ),
    }
    shown = [
        lanes_plot(sources["lanes"], len(now), last),
        waits_plot(sources["waits"]),
        memory_plot(sources["memory"], first.plan, [layout, moment]),
    ]
    for other in shown[1:]:
        other.visible = False
    line = kit.status(served_line(now, served), lines=4)
    shared = {
        "servers": [_plain(one) for one in kinds],
        "names": names,
        "policies": list(POLICIES),
        "ways": list(WAYS),
        "layouts": list(LAYOUTS),
        "edges": EDGES,
        "chip": chip,
        "policy": policy,
        "load": load,
        "kept": kept,
        "view": view,
        "layout": layout,
        "moment": moment,
        "shown": shown,
        "sources": sources,
        "seconds": shown[0].children[1].x_range,
        "grid": [getattr(shown[2].children[-1], f"{axis}_range") for axis in "xy"],
        "line": line,
        "texts": [[color, kit.ink(color)] for color in (*TEXTS, kit.GREY)],
    }
    draw = kit.callback(__file__, turned=False, **shared)
    chip.js_on_change("value", kit.callback(__file__, turned=True, **shared))
    for widget in (policy, load, kept, layout, moment):
        widget.js_on_change("value", draw)
    view.js_on_change("active", draw)
    return kit.Embed(
        column(
            kit.beside([chip, policy, load, kept, views], shown, share=0.32),
            line,
            sizing_mode="stretch_width",
        ),
        alt="One lane for each of sixteen questions: how long it waits, is read, and is"
        " answered, under four ways to run a server; or bars of how long first tokens"
        " and gaps take; or a map of the memory.",
        status=line,
        table=[
            ("question", "comes after, s", "first token, s", "last token, s"),
            *(
                (
                    i + 1,
                    decimal(ask.at),
                    decimal(one.tokens[0]),
                    decimal(one.tokens[-1]),
                )
                for i, (ask, one) in enumerate(zip(now, served, strict=True))
            ),
        ],
    )


def _plain(one: Server) -> dict[str, Any]:
    """A server as the browser reads it."""
    return {
        "asks": [list(ask) for ask in one.asks],
        "prices": dataclasses.asdict(one.prices),
        "plan": one.plan._asdict(),
        "rate": str(one.rate),
        "rules": one.rules,
        "stall": one.stall,
    }
