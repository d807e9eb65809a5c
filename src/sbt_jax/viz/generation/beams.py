"""The likeliest endings against typical ones.

Public names: :mod:`sbt_jax.viz.generation`.
"""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts


def beam_line(width: str, found: Mapping[str, Any], truth: Mapping[str, Any]) -> str:
    """What the line says of beams of one width."""

    def told(row: Mapping[str, Any]) -> str:
        return (
            f"log-probability {median(row['log_probability']):.1f},"
            f" {median(row['tokens']):g} tokens, {row['words_used']} different words"
        )

    beams = "One beam" if width == "1" else f"{width} beams"
    return (
        f"{beams}, medians: {told(found)} in all. Possible stories:"
        f" {percent(found['possible_stories'])}. The world's own endings:"
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

    def dots(*found: Mapping[str, Any]) -> dict[str, list[Any]]:
        names = {"x": "tokens", "y": "log_probability"}
        return {k: [v for row in found for v in row[n]] for k, n in names.items()}

    colors = {"beam search": kit.ORANGE, "the world": kit.BLUE, "sampled": kit.GREY}
    slider = parts.slider("beams", widths)
    source = parts.data([slider], lambda width: dots(beams[width]))
    plot = kit.axes(
        x_axis_label="tokens of the ending",
        y_axis_label="its log-probability, nats",
        height=230,
    )
    for data, color, marker in (
        (ColumnDataSource(dots(*sampled)), colors["sampled"], "circle"),
        (ColumnDataSource(dots(truth)), colors["the world"], "diamond"),
        (source, colors["beam search"], "square"),
    ):
        plot.scatter(
            "x", "y", size=9, alpha=0.65, color=color, marker=marker, source=data
        )
    texts = {width: beams[width]["texts"] for width in widths}
    stories = [str(i + 1) for i in range(len(texts[last]))]
    opening, opening_box = kit.choice("Read below the ending of story", stories)
    passage = parts.passage(
        [slider, opening], lambda width, story: texts[width][int(story) - 1]
    )
    line = parts.status([slider], lambda width: beam_line(width, beams[width], truth))
    return kit.Embed(
        column(
            kit.beside([slider, opening_box, line], [kit.legend(colors), plot]),
            passage,
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
                    f"{median(row['log_probability']):.1f}",
                    f"{median(row['tokens']):g}",
                    row["words_used"],
                )
                for name, row in [
                    ("the world's", truth),
                    ("sampled", sampled[0]),
                    *((f"{w} beams", beams[w]) for w in widths),
                ]
            ),
        ],
    )
