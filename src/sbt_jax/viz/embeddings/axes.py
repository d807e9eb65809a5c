"""A map of words whose axes the reader names.

Public names: :mod:`sbt_jax.viz.embeddings`; ``arithmetic.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import ColumnDataSource, DataRange1d, Select, TextInput
from jaxtyping import Float

from sbt_jax.embeddings import WordVectors, axis, neighbours_kept
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.embeddings.arithmetic import DATA, LIVE

MAPS = {
    "a court": (
        "king queen prince princess duke duchess lord servant widow soldier nurse"
        " doctor teacher actor actress",
        "man woman",
        "poor rich",
    ),
    "moods": (
        "gift wedding joy hate cancer accident murder music victory anger",
        "sad happy",
        "war peace",
    ),
    "names": (
        "michael david robert john peter mary elizabeth maria sarah anna",
        "man woman",
        "young old",
    ),
    "people at work": (
        "teacher professor student lecturer doctor nurse surgeon patient"
        " carpenter farmer banker lawyer pilot soldier singer",
        "school hospital",
        "man woman",
    ),
    "animals": (
        "dog cat rabbit wolf bear tiger whale ant cow horse shark elephant lion"
        " rat goat",
        "land sea",
        "pet wild",
    ),
    "animals by size": (
        "dog cat rabbit wolf bear tiger whale ant cow horse shark"
        " elephant lion rat goat",
        "small big",
        "dangerous safe",
    ),
    "things to buy": (
        "bread beer wine champagne bicycle car yacht villa tent palace"
        " cottage bus golf boxing chess",
        "cheap expensive",
        "poor rich",
    ),
    "around “music”": ("music", "sad happy", "quiet loud"),
}


def map_line(
    words: Sequence[str],
    flat: Float[np.ndarray, "samples 2"],
    axes: Sequence[tuple[str, str]],
    kept: float,
) -> str:
    """What the line says of a map; mirrored in ``arithmetic.mjs``."""
    parts = []
    for i, (low, high) in enumerate(axes):
        order = np.argsort(flat[:, i], kind="stable")
        ends = words[order[0]], words[order[-1]]
        parts.append(f"nearest to {low} is {ends[0]}, nearest to {high} {ends[1]}")
    text = "; ".join(parts)
    return (
        f"Along the axes, {text}. Of the ten nearest neighbours of a word among all"
        f" 10,000, this drawing keeps {percent(kept)}."
    )


def on_axes(
    vectors: WordVectors, words: Sequence[str], axes: Sequence[tuple[str, str]]
) -> tuple[Float[np.ndarray, "samples 2"], float]:
    """Places of words on two axes, and the share of neighbours that this keeps."""
    ends = [[np.array([vectors.id(end)]) for end in ends] for ends in axes]
    directions = np.stack([np.asarray(axis(vectors.table, *pair)) for pair in ends])
    every = vectors.units @ directions.T
    at = np.array([vectors.id(word) for word in words])
    kept = neighbours_kept(vectors.table, every, at)
    return every[at], float(kept.mean())


def name_the_axes(
    vectors: WordVectors,
    maps: Mapping[str, tuple[str, str, str]] = MAPS,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A map of words whose two axes the reader names, each by two words.

    Args:
      vectors: The shipped words.
      maps: Words to place, and the ends of the two axes.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(maps.values()))
    words = first[0].split()
    axes = [(ends.split()[0], ends.split()[1]) for ends in first[1:]]
    flat, kept = on_axes(vectors, words, axes)
    points = ColumnDataSource(
        {"x": flat[:, 0].tolist(), "y": flat[:, 1].tolist(), "word": words}
    )
    names = [f"← {low}   {high} →" for low, high in axes]
    plot = kit.axes(
        height=390,
        x_range=DataRange1d(range_padding=0.3),
        y_range=DataRange1d(range_padding=0.2),
        x_axis_label=names[0],
        y_axis_label=names[1],
    )
    plot.scatter("x", "y", size=10, color=kit.BLUE, source=points)
    kit.name_dots(plot, points)
    titles = ("Words to place, or one word", "From left to right", "From bottom to top")
    boxes = [TextInput(title=title, sizing_mode="stretch_width") for title in titles]
    pick = Select(title="Or try", options=list(maps), value=next(iter(maps)))
    line = kit.status(map_line(words, flat, axes, kept))
    look = kit.callback(
        LIVE,
        figure="map",
        boxes=boxes,
        points=points,
        line=line,
        labels=[plot.xaxis[0], plot.yaxis[0]],
    )
    for box in boxes:
        for name in ("value", "value_input"):
            box.js_on_change(name, look)
    for i, box in enumerate(boxes):
        texts = {name: three[i] for name, three in maps.items()}
        parts.follow([pick], (box, parts.typed(texts)))
    return kit.Embed(
        kit.beside([pick, *boxes], [plot, line]),
        alt="Boxes for words and for the ends of two axes, and a map of the words on"
        " these axes.",
        status=line,
        table=[
            ("word", *names),
            *(
                (w, f"{x:.2f}", f"{y:.2f}")
                for w, (x, y) in zip(words, flat, strict=True)
            ),
        ],
        models=DATA,
        scripts=scripts,
    )
