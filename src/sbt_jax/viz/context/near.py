"""What *main* loses when a token sees the last few only, and a published model.

Public names: :mod:`sbt_jax.viz.context`.
"""

from collections.abc import Mapping, Sequence

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, FactorRange

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit, parts

LINES = (kit.GREY, kit.BLUE, kit.ORANGE, kit.GREEN, kit.PURPLE, kit.OCHRE)


def near_line(window: str, costs: Mapping[str, float]) -> str:
    """What the line says of one window.

    Example:
      >>> near_line("8", {"every word": 1.0, "names": 2.0, "grammar": 0.1})
      'Seeing the last 8 tokens costs a word 1.00 nats more; most names (2.00), least \
grammar (0.10).'
    """
    skills = {name: cost for name, cost in costs.items() if name != "every word"}
    worst, best = (
        max(skills, key=skills.__getitem__),
        min(skills, key=skills.__getitem__),
    )
    said = f"Seeing the last {window} tokens costs a word"
    return (
        f"{said} {decimal(costs['every word'])} nats more; most {worst}"
        f" ({decimal(skills[worst])}), least {best} ({decimal(skills[best])})."
    )


def only_the_last_few(skills: Mapping[str, Mapping[str, float]], at: str) -> kit.Embed:
    """By how many tokens are seen: what a word of each skill costs too much.

    Args:
      skills: By window, from small to large, the cost of each skill above the truth,
        in nats a word.
      at: The window that is picked first.
    """
    windows = sorted(skills, key=int)
    names = list(skills[windows[0]])
    floor = skills[windows[-1]]
    more = {
        window: {name: max(0.0, costs[name] - floor[name]) for name in names}
        for window, costs in skills.items()
    }
    slider = parts.slider("tokens that are seen", windows, windows.index(at))
    plot = kit.axes(
        x_range=FactorRange(factors=windows),
        x_axis_label="tokens that a token sees",
        y_axis_label="what a word costs more, nats",
        height=300,
    )
    plot.y_range.start = 0
    colors = dict(zip(names, LINES, strict=False))
    for name, color in colors.items():
        source = ColumnDataSource(
            {"window": windows, "cost": [more[window][name] for window in windows]}
        )
        wide = 4 if name == "every word" else 2
        plot.line("window", "cost", color=color, line_width=wide, source=source)
    here = parts.data(
        [slider],
        lambda window: {
            "window": [window] * len(names),
            "cost": [more[window][name] for name in names],
        },
        color=list(colors.values()),
    )
    plot.scatter("window", "cost", size=11, color="color", source=here)
    line = parts.status([slider], lambda window: near_line(window, more[window]))
    return kit.Embed(
        column(
            kit.beside(
                [slider, line], [kit.legend(colors), plot], least=190, share=0.3
            ),
            sizing_mode="stretch_width",
        ),
        alt="Lines of what a word costs main more the fewer tokens it sees, one for"
        " each skill: names and who has what cost most, grammar least.",
        status=line,
        table=[
            ("tokens seen", *names),
            *((w, *(decimal(more[w][n]) for n in names)) for w in windows),
        ],
    )


def first_token_gone(found: Mapping[str, Mapping[str, Sequence[float]]]) -> kit.Embed:
    """Two models in a sliding window, with the first tokens kept or not.

    Args:
      found: By model and window what a token costs more than with all in view: with
        no first token kept, with one, with four.
    """
    group, box = kit.choice("The model", list(found)[::-1])
    ways = ("none kept", "the first kept", "the first four kept")
    windows = list(next(iter(found.values())))
    factors = [(f"{window} tokens", way) for window in windows for way in ways]
    most = max(x for rows in found.values() for row in rows.values() for x in row)
    plot = kit.axes(
        x_range=FactorRange(factors=factors),
        y_axis_label="what a token costs more, nats",
        height=260,
    )
    plot.y_range.start, plot.y_range.end = min(0.0, -0.02 * most), 1.05 * most
    plot.xaxis.major_label_text_font_size = "0px"  # the legend names these
    plot.xaxis.major_tick_line_color = None
    colors = dict(zip(ways, (kit.ORANGE, kit.BLUE, kit.GREEN), strict=True))
    source = parts.data(
        [group],
        lambda name: {
            "cost": [found[name][w][at] for w in windows for at in range(len(ways))]
        },
        x=factors,
        color=[colors[way] for _, way in factors],
    )
    plot.vbar("x", top="cost", width=0.8, color="color", source=source)

    def said(name: str) -> str:
        told = "; ".join(
            f"{window} tokens: {', '.join(decimal(x) for x in found[name][window])}"
            for window in windows
        )
        return f"{name}, nats more a token with no first token kept, one, four. {told}."

    line = parts.status([group], said)
    return kit.Embed(
        column(box, kit.legend(colors), plot, line, sizing_mode="stretch_width"),
        alt="Bars of what a token costs more in a sliding window, with the first"
        " tokens of the text kept and without, for two models.",
        status=line,
        table=[
            ("model", "window", *ways),
            *(
                (name, window, *(decimal(x) for x in row))
                for name, rows in found.items()
                for window, row in rows.items()
            ),
        ],
    )
