"""Who looks at whom, in every head of a model.

Public names: :mod:`sbt_jax.viz.attention`; ``maps.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import ColumnDataSource, Div, InlineStyleSheet, Slider
from bokeh.transform import dodge
from jaxtyping import Float

from sbt_jax.viz import kit, parts
from sbt_jax.viz.attention.words import (
    check_head,
    head_title,
    look_line,
    most_seen,
    name_of,
    next_rows,
    passage_html,
    percent,
    strongest,
    to_hide,
)

_FIT = (
    "One sunny day Ida and Max were at the school. Ida had a red hat. Just for fun Ida"
    ' tried to put the hat into the bag, but it was too {}. "We need a {}'
)
EXAMPLES = {
    "it was too big": _FIT.format("big", "smaller"),
    "it was too small": _FIT.format("small", "bigger"),
    "who has the ball": "One sunny day Anna and Tom were in the barn. Anna had a red"
    " ball. With a smile Anna gave it to Tom. Who has the ball now?",
    "a name comes back": "Once there was a queen called Zoe. Her best friend was Leo."
    " She and",
    "not of this world": "The doctor did not see the nurse because she",
}
#: The two of them that the page tells of, by the size of what does not fit.
TOLD = {size: EXAMPLES[f"it was too {size}"] for size in ("big", "small")}
CUTS = ("nobody", "this head", "every head")
MARGIN = 1.06  # room for a marker at the right of a map, and below it
SHOWN = "token that looks: “{}”, number"
PASSAGE = """
:host { font-size: 0.98rem; line-height: 2.4; overflow-wrap: anywhere;
  max-height: 15rem; overflow-y: auto; }
span { padding: 0.1em 0; border-radius: 3px; white-space: pre-wrap;
  color: var(--sbt-ink); }
span.from { outline: 2px solid #d55e00; outline-offset: 1px; }
span.off { text-decoration: line-through 1.5px #d55e00; }
b { font-weight: inherit; display: inline-block; position: relative; }
small { position: absolute; left: 0; right: 0; top: 2.65em; text-align: center;
  font-size: 0.7rem; line-height: 1; color: var(--sbt-ink); white-space: nowrap; }
"""


def head_maps(
    layer: Float[np.ndarray, "heads time time"], texts: Sequence[str]
) -> tuple[list[Any], list[ColumnDataSource], list[Any], ColumnDataSource]:
    """A map of each head, their data and titles, the marker beside the row told."""
    maps, sources, titles = [], [], []
    size = layer.shape[1]
    frame = ColumnDataSource({"x": [size * (1 + MARGIN) / 2], "y": [size - 0.5]})
    for i, look in enumerate(layer):
        plot, source, _ = parts.heat_map(
            look, room=MARGIN, height=130, name=f"head {i + 1}"
        )
        plot.scatter(
            "x",
            "y",
            marker="triangle",
            angle=np.pi / 2,
            size=9,
            color=kit.ORANGE,
            source=frame,
        )
        titles.append(kit.label(head_title(i, texts, look[-1].tolist())))
        maps.append(plot)
        sources.append(source)
    return maps, sources, titles, frame


def next_bars(
    rows: Sequence[int],
    names: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
) -> tuple[Any, ColumnDataSource]:
    """Two bars a token: its probability, and with the word hidden."""
    shown = parts.names([names[i] for i in rows])
    source = ColumnDataSource(
        {
            "token": shown,
            "before": [float(before[i]) for i in rows],
            "after": [float(after[i]) for i in rows],
        }
    )
    plot = kit.axes(
        x_range=(0, 1), y_range=shown[::-1], height=140, x_axis_label="next token"
    )
    for name, color, place in (("before", kit.BLUE, 0.2), ("after", kit.ORANGE, -0.2)):
        plot.hbar(
            dodge("token", place, range=plot.y_range),
            right=name,
            height=0.36,
            color=color,
            source=source,
        )
    return plot, source


def who_looks_at_whom(
    text: str,
    texts: Sequence[str],
    attention: Float[np.ndarray, "layers heads time time"],
    before: Sequence[float],
    after: Sequence[float],
    tokenizer: Mapping[str, Any],
    names: Sequence[str],
    start: tuple[int, int] = (2, 0),
    examples: Mapping[str, str] = EXAMPLES,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Where the main model looks, in whatever the reader types; live.

    Args:
      text: The text that is shown first.
      texts: Of its tokens; the mark of the beginning has none.
      attention: Weights of every head.
      before: What the model expects next: the probability of every token.
      after: The same if no head may look at what the chosen one looks at most.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      names: Of all tokens.
      start: Layer and head that are shown first, counted from 0.
      examples: Texts to pick.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.

    Raises:
      ValueError: If there is no such layer or head.
    """
    check_head("start", start, attention)
    layer, head = start
    look = attention[layer, head, -1].tolist()
    word, hidden = to_hide(texts, look)
    box, pick = parts.text_box("Your text", text, examples, rows=4)
    labels = [[str(i + 1) for i in range(n)] for n in attention.shape[:2]]
    layers, layer_box = kit.choice("Layer", labels[0])
    heads, head_box = kit.choice("Head", labels[1])
    cuts, cut_box = kit.choice("Hide the word it looks at most from", CUTS)
    layers.active, heads.active, cuts.active = layer, head, len(CUTS) - 1
    slider = Slider(
        title=SHOWN.format(name_of(texts, [len(texts) - 1])),
        start=1,
        end=len(texts),
        value=len(texts),
        step=1,
        sizing_mode="stretch_width",
    )
    maps, sources, titles, frame = head_maps(attention[layer], texts)
    rows = next_rows(before, after)
    bars, chances = next_bars(rows, names, before, after)
    passage = Div(
        text=passage_html(texts, look, hidden),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=PASSAGE)],
    )
    best = [strongest(p)[0] for p in (before, after)]
    line = kit.status(
        look_line(
            f"Layer {layer + 1}, head {head + 1}",
            texts,
            look,
            (parts.names([names[best[0]]])[0], float(before[best[0]])),
            (word, CUTS[-1], parts.names([names[best[1]]])[0], float(after[best[1]])),
        )
    )
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "layers": layers,
        "heads": heads,
        "cuts": cuts,
        "slider": slider,
        "maps": maps,
        "sources": sources,
        "titles": titles,
        "frame": frame,
        "bars": bars,
        "chances": chances,
        "passage": passage,
        "line": line,
    }

    typed, look_again, tapped = (
        kit.callback(__file__, figure=figure, **shared)
        for figure in ("type", "look", "tap")
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, typed)
    for group in (layers, heads, cuts):
        group.js_on_change("active", look_again)
    slider.js_on_change("value", look_again)
    for plot in maps:
        plot.js_on_event("tap", tapped)
    key = kit.legend({"as it is": kit.BLUE, "with the word hidden": kit.ORANGE})
    left = [pick, box, cut_box, slider]
    under = [
        column(
            title,
            plot,
            sizing_mode="stretch_width",
            min_width=130,
            styles={"flex": "1 1 130px"},
        )
        for title, plot in zip(titles, maps, strict=True)
    ]
    return kit.Embed(
        column(
            kit.beside(left, [kit.controls(layer_box, head_box), passage, key, bars]),
            line,
            row(*under, sizing_mode="stretch_width", styles={"flex-wrap": "wrap"}),
            sizing_mode="stretch_width",
        ),
        alt="A text whose words are the darker the more the chosen head looks at them;"
        " bars of the next token, as it is and with a word hidden; maps of all heads.",
        status=line,
        table=[
            ("word", "weight"),
            *((name, percent(share)) for name, share, _ in most_seen(texts, look)[:8]),
        ],
        runtime=True,
        models=("main",),
        scripts=scripts,
    )
