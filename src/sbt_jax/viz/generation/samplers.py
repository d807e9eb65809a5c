"""Every sampler: how far from the truth it draws against how possible its stories are.

Public names: :mod:`sbt_jax.viz.generation`; ``samplers.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    HoverTool,
    LabelSet,
    Range1d,
    Select,
    TapTool,
)

from sbt_jax.numbers import percent, spread
from sbt_jax.viz import kit, parts

GROUPS = {
    "temperature": ("temperature", kit.ORANGE, "circle"),
    "top_p": ("top-p", kit.PURPLE, "triangle"),
    "min_p": ("min-p", kit.OCHRE, "inverted_triangle"),
    "top_k": ("top-k", kit.GREEN, "square"),
}
# The two that are measured, but not drawn.
OTHERS = {"repetition_penalty": "repetition penalty"}
TRUTH, PLAIN = "the world itself", "temperature 1"
# What is seen of the plane: distances and shares of stories, from and to.
VIEWS = {
    "the good corner": ((-0.001, 0.036), (0.78, 1.02)),
    "all settings": ((-0.004, 0.2), (-0.04, 1.08)),
}
# Points with their names beside them, and how many pixels higher these stand.
LABELLED = {
    "the good corner": {
        TRUTH: -6,
        PLAIN: -15,
        "temperature 0.7": -18,
        "top-p 0.9": 5,
        "min-p 0.1": -15,
        "top-k 10": -15,
    },
    "all settings": {
        PLAIN: -6,
        "temperature 0": -18,
        "temperature 1.5": -6,
        "temperature 2": 5,
        "top-p 0.1": -18,
    },
}


def _percent(values: Sequence[float]) -> str:
    return spread(values, lambda share: percent(share, 0))


def spoken(group: str, name: str) -> str:
    """A setting in words.

    Example:
      >>> spoken("top_p", "0.9"), spoken("both", "min_p 0.1, then temperature 2")
      ('top-p 0.9', 'min-p 0.1, then temperature 2')
    """
    words = {key: said for key, (said, *_) in GROUPS.items()} | OTHERS
    said = name if group == "both" else f"{words[group]} {name}"
    for key, word in words.items():
        said = said.replace(key, word)
    return said


def sampler_rows(
    settings: Mapping[str, Mapping[str, Mapping[str, Any]]], truth: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """One row a setting by its name, the world first."""

    def row(found: Mapping[str, Any], group: str, distance: float) -> dict[str, Any]:
        stories = found["possible_stories"]
        return {
            "group": group,
            "x": distance,
            "y": sum(stories) / len(stories),
            "stories": stories,
            "different": found["different"],
            "text": min(found["texts"], key=lambda parts: len("".join(parts))),
        }

    rows = {TRUTH: row(truth, "", 0.0)}
    for group in GROUPS:
        found = settings.get(group, {})
        for name in sorted(found, key=float):
            far = found[name]["main"]["total_variation"]
            rows[spoken(group, name)] = row(found[name], group, far)
    return rows


def sampler_line(name: str, row: Mapping[str, Any]) -> str:
    """What the line says of one setting."""
    said = f"{name}: possible stories {_percent(row['stories'])}"
    if max(row["different"]) < 1:
        said += f", different ones {_percent(row['different'])}"
    return f"{said}; distance to the truth {row['x']:.3f}. Below, a story of it."


def paths(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Any]]:
    """A line for each kind of sampler through its settings, up to temperature 1."""
    found: dict[str, list[Any]] = {"x": [], "y": [], "color": []}
    for group, (_, color, _) in GROUPS.items():
        line = [row for row in rows.values() if row["group"] == group]
        if not line:
            continue
        if group != "temperature" and PLAIN in rows:
            line.sort(key=lambda row: row["x"])
            line.insert(0, rows[PLAIN])
        for key in "xy":
            found[key].append([row[key] for row in line])
        found["color"].append(color)
    return found


def labels(
    rows: Mapping[str, Mapping[str, Any]], heights: Mapping[str, int]
) -> dict[str, list[Any]]:
    """Names beside some points; those near the right edge stand to the left."""
    shown = [name for name in heights if name in rows]
    return {
        "name": [name.replace("temperature", "T") for name in shown],
        "x": [rows[name]["x"] for name in shown],
        "y": [rows[name]["y"] for name in shown],
        "right": [-45 if rows[name]["x"] > 0.15 else 9 for name in shown],
        "up": [heights[name] for name in shown],
    }


def _plot(
    dots: ColumnDataSource,
    lines: ColumnDataSource,
    named: ColumnDataSource,
    ring: ColumnDataSource,
) -> Any:
    plot = kit.axes(
        x_range=Range1d(),
        y_range=Range1d(),
        x_axis_label="distance to the truth",
        y_axis_label="share of possible stories",
        height=280,
        tools="tap",
    )
    plot.multi_line("x", "y", color="color", line_width=2, line_alpha=0.5, source=lines)
    marks = plot.scatter(
        "x",
        "y",
        marker="marker",
        size=11,
        color="color",
        nonselection_alpha=1,
        source=dots,
    )
    plot.scatter(
        "x",
        "y",
        size=20,
        fill_color=None,
        line_width=3,
        line_color=kit.BLUE,
        source=ring,
    )
    plot.add_layout(
        LabelSet(
            x="x",
            y="y",
            text="name",
            x_offset="right",
            y_offset="up",
            text_font_size="12px",
            text_color=kit.GREY,
            source=named,
        )
    )
    plot.xaxis.ticker.desired_num_ticks = 4  # a phone has no room for more
    plot.add_tools(HoverTool(renderers=[marks], tooltips=[("", "@name")]))
    plot.select_one(TapTool).behavior = "select"
    return plot


def quality_against_diversity(
    settings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    truth: Mapping[str, Any],
    first: str = PLAIN,
) -> kit.Embed:
    """Every setting as a point; a list or a tap reads what it wrote.

    Args:
      settings: By group and name, as the recipe measures them.
      truth: The same about stories of the world.
      first: The setting that is shown first.
    """
    rows = sampler_rows(settings, truth)
    looks = [GROUPS.get(row["group"], ("", kit.BLUE, "star")) for row in rows.values()]
    view, view_box = kit.choice("Look at", list(VIEWS))
    setting = Select(title="Read what it wrote", options=list(rows), value=first)
    dots = ColumnDataSource(
        {
            "name": list(rows),
            "x": [row["x"] for row in rows.values()],
            "y": [row["y"] for row in rows.values()],
            "color": [color for _, color, _ in looks],
            "marker": [marker for *_, marker in looks],
        }
    )
    named = parts.data([view], lambda name: labels(rows, LABELLED[name]))
    ring = parts.data([setting], lambda at: {k: [rows[at][k]] for k in ("x", "y")})
    passage = parts.passage([setting], lambda at: rows[at]["text"])
    line = parts.status([setting], lambda at: sampler_line(at, rows[at]))
    plot = _plot(dots, ColumnDataSource(paths(rows)), named, ring)
    for at, span in enumerate((plot.x_range, plot.y_range)):
        table = {
            name: {"start": ends[at][0], "end": ends[at][1]}
            for name, ends in VIEWS.items()
        }
        parts.follow([view], (span, table))
    tap = kit.callback(__file__, source=dots, setting=setting)
    dots.selected.js_on_change("indices", tap)
    drawn = {group: look for group, look in GROUPS.items() if group in settings}
    key = kit.legend(
        {TRUTH: kit.BLUE} | {words: color for words, color, _ in drawn.values()}
    )
    return kit.Embed(
        column(
            kit.controls(view_box, setting),
            key,
            plot,
            line,
            passage,
            sizing_mode="stretch_width",
        ),
        alt="Points, one for each setting of a sampler: how far from the truth it"
        " draws against how many of its stories are possible. Below, a text it wrote.",
        status=line,
        table=[
            ("setting", "distance to the truth", "possible stories"),
            *(
                (name, f"{row['x']:.3f}", _percent(row["stories"]))
                for name, row in rows.items()
            ),
        ],
    )
