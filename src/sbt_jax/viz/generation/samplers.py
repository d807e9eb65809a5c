"""Every sampler: how possible what it writes is against how much it leaves open.

Public names: :mod:`sbt_jax.viz.generation`; ``samplers.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, HoverTool, Range1d, Select, TapTool

from sbt_jax.numbers import percent, spread
from sbt_jax.viz import kit, parts

GROUPS = {
    "temperature": ("temperature", kit.ORANGE, "circle"),
    "top_k": ("top-k", kit.GREEN, "square"),
    "top_p": ("top-p", kit.PURPLE, "triangle"),
    "min_p": ("min-p", kit.OCHRE, "inverted_triangle"),
    "repetition_penalty": ("repetition penalty", kit.GREY, "diamond"),
    "both": ("two filters, in two orders", kit.GREY, "cross"),
}
# Of two that share a colour, the key says what they look like.
SHAPES = {"repetition_penalty": " (diamonds)", "both": " (crosses)"}
TRUTH = "the world itself"
QUALITIES = ("possible stories", "possible words", "distance to the truth")
WIDEST = 1.3  # nats: what is hotter is drawn at the edge


def _percent(values: Sequence[float], digits: int = 1) -> str:
    return spread(values, lambda share: percent(share, digits))


def spoken(group: str, name: str) -> str:
    """A setting in words.

    Example:
      >>> spoken("top_p", "0.9"), spoken("both", "min_p 0.1, then temperature 2")
      ('top-p 0.9', 'min-p 0.1, then temperature 2')
    """
    said = name if group == "both" else f"{GROUPS[group][0]} {name}"
    for key, (words, *_) in GROUPS.items():
        said = said.replace(key, words)
    return said


def sampler_rows(
    settings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    truth: Mapping[str, Any],
    entropy: float,
) -> dict[str, dict[str, Any]]:
    """One row a setting by its name, the world first."""

    def row(found: Mapping[str, Any], group: str, **own: Any) -> dict[str, Any]:
        keys = {
            "words": "possible_words",
            "stories": "possible_stories",
            "different": "different",
            "texts": "texts",
        }
        return {"group": group, **own} | {k: found[v] for k, v in keys.items()}

    rows = {TRUTH: row(truth, "", entropy=entropy, distance=None)}
    for group in GROUPS:
        found = settings.get(group, {})
        numbers = group != "both"
        for name in sorted(found, key=float if numbers else str):
            one = found[name]
            rows[spoken(group, name)] = row(
                one,
                group,
                entropy=one["main"]["entropy"],
                distance=one["main"]["total_variation"],
            )
    return rows


def sampler_line(name: str, row: Mapping[str, Any], entropy: float) -> str:
    """What the line says of one setting."""
    parts = (
        f"{name}: {row['entropy']:.2f} nats a token are left (the truth:"
        f" {entropy:.2f}). Possible words {_percent(row['words'], 2)}, possible stories"
        f" {_percent(row['stories'])}, different stories {_percent(row['different'])}."
    )
    if row["distance"] is None:
        return parts
    return f"{parts} Distance to the truth {row['distance']:.3f}."


def points(rows: Mapping[str, Mapping[str, Any]], quality: int) -> dict[str, list]:
    """Where each setting is drawn, and how far its seeds reach."""
    found: dict[str, list] = {"x": [], "y": [], "low": [], "high": []}
    for row in rows.values():
        one = row["distance"] or 0.0
        values = (row["stories"], row["words"], [one])[quality]
        found["x"].append(min(row["entropy"], WIDEST))
        found["y"].append(sum(values) / len(values))
        found["low"].append(min(values))
        found["high"].append(max(values))
    return found


def _plot(source: ColumnDataSource, ring: ColumnDataSource, entropy: float) -> Any:
    plot = kit.axes(
        x_range=Range1d(-0.04, WIDEST + 0.04),
        y_axis_label=QUALITIES[0],
        height=380,
        x_axis_label="entropy left, nats a token",
        tools="tap",
    )
    plot.add_layout(parts.mark(entropy))
    plot.segment(
        "x", "low", "x", "high", color="color", line_width=2, alpha=0.6, source=source
    )
    dots = plot.scatter(
        "x",
        "y",
        marker="marker",
        size=11,
        color="color",
        alpha=0.85,
        nonselection_alpha=0.85,
        source=source,
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
    plot.add_tools(
        HoverTool(renderers=[dots], tooltips=[("", "@name"), ("it wrote", "@sample")])
    )
    plot.select_one(TapTool).behavior = "select"
    return plot


def quality_against_diversity(
    settings: Mapping[str, Mapping[str, Mapping[str, Any]]],
    truth: Mapping[str, Any],
    entropy: float,
    first: str = "temperature 1",
) -> kit.Embed:
    """Every setting as a point; a Select or a tap reads what it wrote.

    Args:
      settings: By group and name, as the recipe measures them.
      truth: The same about stories of the world.
      entropy: Of the truth, in nats a token.
      first: The setting that is shown first.
    """
    rows = sampler_rows(settings, truth, entropy)
    looks = [GROUPS.get(row["group"], ("", kit.BLUE, "star")) for row in rows.values()]
    quality, quality_box = kit.choice("Upwards", QUALITIES)
    setting = Select(title="Read what it wrote", options=list(rows), value=first)
    seeds = [str(i) for i in range(len(rows[first]["texts"]))]
    seed, seed_box = kit.choice("Seed", seeds)
    drawn = {name: points(rows, at) for at, name in enumerate(QUALITIES)}
    places = {name: at for at, name in enumerate(rows)}
    source = parts.data(
        [quality],
        drawn.__getitem__,
        name=list(rows),
        sample=["".join(row["texts"][0])[:180] + "…" for row in rows.values()],
        color=[color for _, color, _ in looks],
        marker=[marker for *_, marker in looks],
    )
    ring = parts.data(
        [quality, setting],
        lambda name, at: {k: [drawn[name][k][places[at]]] for k in ("x", "y")},
    )
    passage = parts.passage([setting, seed], lambda at, i: rows[at]["texts"][int(i)])
    line = parts.status([setting], lambda at: sampler_line(at, rows[at], entropy))
    plot = _plot(source, ring, entropy)
    parts.follow([quality], (plot.yaxis[0], lambda name: {"axis_label": name}))
    tap = kit.callback(__file__, source=source, setting=setting)
    source.selected.js_on_change("indices", tap)
    key = kit.legend(
        {TRUTH: kit.BLUE}
        | {
            words + SHAPES.get(group, ""): color
            for group, (words, color, _) in GROUPS.items()
            if group in settings
        }
    )
    return kit.Embed(
        column(
            quality_box,
            key,
            plot,
            kit.controls(setting, seed_box),
            passage,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Points, one for each setting of a sampler: how much entropy it leaves"
        " against how much of what it writes is possible. Below, a text it wrote.",
        status=line,
        table=[
            ("setting", "entropy left", *QUALITIES),
            *(
                (
                    name,
                    f"{row['entropy']:.2f}",
                    _percent(row["stories"]),
                    _percent(row["words"], 2),
                    "–" if row["distance"] is None else f"{row['distance']:.3f}",
                )
                for name, row in rows.items()
            ),
        ],
    )
