"""The measurements of chapter 7 as figures: every sampler, beams, repetition.

Public names: :mod:`sbt_jax.viz.generation`; ``generation/measures.mjs`` is the
browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    CategoricalSlider,
    ColumnDataSource,
    HoverTool,
    Range1d,
    Select,
    Span,
    TapTool,
)

from sbt_jax.viz import kit

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


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Shares in percent: their mean, and the ends if they differ; mirrored."""
    mean = sum(values) / len(values)
    middle, low, high = (
        f"{100 * x:.{digits}f}" for x in (mean, min(values), max(values))
    )
    return f"{middle} %" if low == high else f"{middle} % ({low} to {high})"


def sampler_line(name: str, row: Mapping[str, Any], entropy: float) -> str:
    """What the line says of one setting; mirrored in the browser."""
    parts = (
        f"{name}: {row['entropy']:.2f} nats a token are left (the truth:"
        f" {entropy:.2f}). Possible words {spread(row['words'], 2)}, possible stories"
        f" {spread(row['stories'])}, different stories {spread(row['different'])}."
    )
    if row["distance"] is None:
        return parts
    return f"{parts} Distance to the truth {row['distance']:.3f}."


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


def points(rows: Mapping[str, Mapping[str, Any]], quality: int) -> dict[str, list]:
    """Where each setting is drawn, and how far its seeds reach; mirrored."""
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
    plot.add_layout(
        Span(
            location=entropy,
            dimension="height",
            line_color=kit.BLUE,
            line_width=2,
            line_dash="dashed",
        )
    )
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
    source = ColumnDataSource(
        {
            "name": list(rows),
            "sample": ["".join(row["texts"][0])[:180] + "…" for row in rows.values()],
            "color": [color for _, color, _ in looks],
            "marker": [marker for *_, marker in looks],
        }
        | points(rows, 0)
    )
    at = list(rows).index(first)
    ring = ColumnDataSource({k: [source.data[k][at]] for k in ("x", "y")})
    plot, shown = _plot(source, ring, entropy), rows[first]
    quality, quality_box = kit.choice("Upwards", QUALITIES)
    setting = Select(title="Read what it wrote", options=list(rows), value=first)
    seed, seed_box = kit.choice("Seed", [str(i) for i in range(len(shown["texts"]))])
    passage = kit.passage(*shown["texts"][0])
    line = kit.status(sampler_line(first, shown, entropy))
    shared = {
        "rows": rows,
        "entropy": entropy,
        "widest": WIDEST,
        "source": source,
        "ring": ring,
        "axis": plot.yaxis[0],
        "quality": quality,
        "setting": setting,
        "seed": seed,
        "passage": passage,
        "line": line,
    }
    update = kit.callback(__file__, figure="samplers", **shared)
    quality.js_on_change("active", update)
    setting.js_on_change("value", update)
    seed.js_on_change("active", update)
    tap = kit.callback(__file__, figure="tap", source=source, setting=setting)
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
                    spread(row["stories"]),
                    spread(row["words"], 2),
                    "–" if row["distance"] is None else f"{row['distance']:.3f}",
                )
                for name, row in rows.items()
            ),
        ],
        runtime=True,
    )


def middle(values: Sequence[float | int]) -> float:
    """The median; mirrored."""
    ordered, half = sorted(values), len(values) // 2
    if len(values) % 2:
        return float(ordered[half])
    return (ordered[half - 1] + ordered[half]) / 2


def beam_line(width: str, found: Mapping[str, Any], truth: Mapping[str, Any]) -> str:
    """What the line says of beams of one width; mirrored in the browser."""

    def told(row: Mapping[str, Any]) -> str:
        return (
            f"log-probability {middle(row['log_probability']):.1f},"
            f" {middle(row['tokens']):g} tokens, {row['words_used']} different words"
        )

    beams = "One beam" if width == "1" else f"{width} beams"
    return (
        f"{beams}, medians: {told(found)} in all. Possible stories:"
        f" {100 * found['possible_stories']:.0f} %. The world's own endings:"
        f" {told(truth)}."
    )


def likeliest_against_typical(
    truth: Mapping[str, Any],
    sampled: Sequence[Mapping[str, Any]],
    beams: Mapping[str, Mapping[str, Any]],
) -> kit.Embed:
    """Endings of stories by their length and likelihood; a slider widens the beam.

    Args:
      truth: The world's own endings.
      sampled: The model's, once a seed.
      beams: The likeliest that beams found, by their number.
    """
    widths = sorted(beams, key=int)
    last = widths[-1]

    def dots(*found: Mapping[str, Any]) -> ColumnDataSource:
        names = {"x": "tokens", "y": "log_probability"}
        return ColumnDataSource(
            {k: [v for row in found for v in row[name]] for k, name in names.items()}
        )

    colors = {"beam search": kit.ORANGE, "the world": kit.BLUE, "sampled": kit.GREY}
    source = dots(beams[last])
    plot = kit.axes(
        x_axis_label="tokens of the ending",
        y_axis_label="its log-probability, nats",
        height=330,
    )
    for data, color, marker in (
        (dots(*sampled), colors["sampled"], "circle"),
        (dots(truth), colors["the world"], "diamond"),
        (source, colors["beam search"], "square"),
    ):
        plot.scatter(
            "x", "y", size=9, alpha=0.65, color=color, marker=marker, source=data
        )
    slider = CategoricalSlider(
        title="beams", categories=widths, value=last, sizing_mode="stretch_width"
    )
    texts = beams[last]["texts"]
    opening, opening_box = kit.choice("Story", [str(i + 1) for i in range(len(texts))])
    passage = kit.passage(*texts[0])
    line = kit.status(beam_line(last, beams[last], truth))
    update = kit.callback(
        __file__,
        figure="beams",
        beams={k: dict(beams[k]) for k in widths},
        truth=dict(truth),
        source=source,
        slider=slider,
        opening=opening,
        passage=passage,
        line=line,
    )
    slider.js_on_change("value", update)
    opening.js_on_change("active", update)
    return kit.Embed(
        column(
            slider,
            kit.legend(colors),
            plot,
            opening_box,
            passage,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Endings of stories as dots: how long each is against how probable. What"
        " beams find, what sampling draws, and what the world tells.",
        status=line,
        table=[
            ("endings", "log-probability", "tokens", "different words"),
            *(
                (
                    name,
                    f"{middle(row['log_probability']):.1f}",
                    f"{middle(row['tokens']):g}",
                    row["words_used"],
                )
                for name, row in [
                    ("the world's", truth),
                    ("sampled", sampled[0]),
                    *((f"{w} beams", beams[w]) for w in widths),
                ]
            ),
        ],
        runtime=True,
    )


def again_line(name: str, means: Mapping[str, Sequence[float]]) -> str:
    """What the line says of repeated sentences; mirrored in the browser."""
    parts = [
        f"“{sentence}” {100 * p[0]:.0f} % at first, {100 * p[1]:.0f} % the second"
        f" time, {100 * p[-1]:.0f} % the {len(p)}th"
        for sentence, p in means.items()
    ]
    return f"{name}, a token on average: {'; '.join(parts)}."


def curves(found: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, list[Any]]:
    """For each sentence the mean over openings, by repetition; mirrored."""
    means = [
        [sum(values) / len(values) for values in zip(*rows, strict=True)]
        for rows in found.values()
    ]
    times = [list(range(1, len(mean) + 1)) for mean in means]
    return {"time": times, "mean": means}


def said_again(
    repeated: Mapping[str, Mapping[str, Sequence[Sequence[float]]]],
    truth: Mapping[str, Sequence[Sequence[float]]],
) -> kit.Embed:
    """The probability of a sentence, each time that it comes again.

    Args:
      repeated: By model and sentence a row for each opening: the geometric mean of
        the probabilities of its tokens, by repetition.
      truth: The same of the world, drawn as dashes.
    """
    first = next(iter(repeated))
    colors = (kit.ORANGE, kit.GREEN, kit.PURPLE)
    data = curves(repeated[first])
    source = ColumnDataSource(data | {"color": list(colors[: len(data["mean"])])})
    plot = kit.axes(
        y_range=(0, 1),
        height=260,
        x_axis_label="the sentence, for the n-th time",
        y_axis_label="probability per token",
    )
    plot.multi_line("time", "mean", color="color", line_width=3, source=source)
    world = ColumnDataSource(curves(truth) | {"color": source.data["color"]})
    plot.multi_line(
        "time", "mean", color="color", line_width=2, line_dash="dashed", source=world
    )
    model, model_box = kit.choice("Model", list(repeated))
    means = dict(zip(repeated[first], data["mean"], strict=True))
    line = kit.status(again_line(first, means))
    update = kit.callback(
        __file__,
        figure="again",
        repeated={k: dict(v) for k, v in repeated.items()},
        source=source,
        model=model,
        line=line,
    )
    model.js_on_change("active", update)
    names = dict(zip(repeated[first], colors, strict=False))
    key = kit.legend(names | {"in the world": kit.GREY}, {"in the world": "╌╌"})
    return kit.Embed(
        column(model_box, key, plot, line, sizing_mode="stretch_width"),
        alt="Curves of the probability of three sentences against how often each has"
        " been said in a row, in a model and, dashed, in the world.",
        status=line,
        table=[
            ("sentence", *(f"time {n}" for n in data["time"][0])),
            *((name, *(f"{p:.2f}" for p in mean)) for name, mean in means.items()),
        ],
    )
