"""One word in two contexts, at every depth of a model.

Public names: :mod:`sbt_jax.viz.embeddings`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from bokeh.layouts import column
from bokeh.models import HoverTool
from jaxtyping import Float

from sbt_jax.viz import kit, parts


class Contexts(NamedTuple):
    """One word in texts of two contexts, half of them each, at every depth."""

    flat: Float[np.ndarray, "depth samples 2"]  # of vectors brought to length 1
    texts: list[str]
    within: list[float]  # mean cosine of two of one context
    between: list[float]  # of two of different contexts


def contexts_line(word: str, place: str, within: float, between: float) -> str:
    """What the line says of one depth."""
    if within - between < 5e-4 and within > 0.9999:
        return f"{place}: every “{word}” is the same vector. Cosine 1.000."
    return (
        f"{place}: two of “{word}” have a mean cosine of {within:.3f} in the same"
        f" context, {between:.3f} in different ones."
    )


def two_contexts(words: Mapping[str, Contexts], marks: Sequence[str]) -> kit.Embed:
    """A word in two contexts: its stream on a map, at every depth of a model.

    Args:
      words: What was seen of each word; the first is shown at first.
      marks: What stands before the word in the two halves of its texts.
    """
    first = next(iter(words.values()))
    places = ["embedding"]
    for block in range(1, (len(first.flat) + 1) // 2):
        places += [f"attention {block}", f"MLP {block}"]
    half = len(first.texts) // 2
    slider = parts.slider("after", places)
    which, which_box = kit.choice("The word", list(words))

    def at(name: str, place: str) -> dict[str, Any]:
        x, y = words[name].flat[places.index(place)].T.round(3).tolist()
        return {"x": x, "y": y}

    def said(name: str, place: str) -> str:
        depth, one = places.index(place), words[name]
        return contexts_line(name, place, one.within[depth], one.between[depth])

    colors = [kit.BLUE] * half + [kit.ORANGE] * half
    source = parts.data([which, slider], at, color=colors, text=first.texts)
    parts.follow([which], (source, lambda name: {"data": {"text": words[name].texts}}))
    line = parts.status([which, slider], said)
    far = 1.1 * max(float(np.abs(one.flat).max()) for one in words.values())
    plot = kit.axes(
        height=340,
        x_range=(-far, far),
        y_range=(-far, far),
        x_axis_label="principal component 1",
        y_axis_label="2",
    )
    dots = plot.scatter("x", "y", size=9, alpha=0.7, color="color", source=source)
    plot.add_tools(HoverTool(renderers=[dots], tooltips=[("text", "@text")]))
    key = dict(
        zip((f"{mark} …" for mark in marks), (kit.BLUE, kit.ORANGE), strict=True)
    )
    return kit.Embed(
        column(
            which_box,
            slider,
            kit.legend(key, dict.fromkeys(key, "●")),
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A map of one word in many texts, in a colour for each of its two contexts,"
        " with a slider for the depth in the model.",
        status=line,
        table=[
            ("after", "cosine in one context", "in different ones"),
            *(
                (p, f"{w:.3f}", f"{b:.3f}")
                for p, w, b in zip(places, first.within, first.between, strict=True)
            ),
        ],
    )
