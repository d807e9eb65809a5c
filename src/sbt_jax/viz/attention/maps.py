"""Who looks at whom, in every head of a model.

Public names: :mod:`sbt_jax.viz.attention`; ``maps.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column, row
from bokeh.models import (
    ColumnDataSource,
    CustomJSHover,
    Div,
    HoverTool,
    InlineStyleSheet,
    Slider,
)
from jaxtyping import Float

from sbt_jax import numbers
from sbt_jax.viz import kit, parts

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
# What a map says under the pointer.
UNDER = """
  const [from, to] = [special_vars.y, special_vars.x].map(Math.floor)
  const {name} = names.data
  if (!(to >= 0 && to <= from && from < name.length)) return "the future: hidden"
  const share = source.data.image[0][from * name.length + to]
  return `“${name[from]}” looks at “${name[to]}”: ${(100 * share).toFixed(1)} %`
"""
CUTS = ("nothing", "in this head", "in every head")
MARGIN = 1.06  # room for a marker at the right of a map, and below it
PASSAGE = """
:host { font-size: 1.02rem; line-height: 1.9; overflow-wrap: anywhere; }
span { padding: 0.1em 0; border-radius: 3px; white-space: pre-wrap;
  color: var(--sbt-ink); }
span.from { outline: 2px solid #d55e00; outline-offset: 1px; }
"""


def strongest(look: Sequence[float]) -> list[int]:
    """Positions in the order in which they are looked at; mirrored in the browser."""
    return sorted(range(len(look)), key=lambda i: (-look[i], i))


def percent(share: float) -> str:
    """A share in words; mirrored in the browser."""
    return numbers.percent(share, 0 if share >= 0.095 else 1)


def look_line(
    place: str, names: Sequence[str], look: Sequence[float], after: Sequence[Any]
) -> str:
    """What the line says of one look; mirrored in the browser.

    Args:
      place: Which head, in words.
      names: Of the tokens so far, the one that looks last.
      look: How much it looks at each.
      after: Pairs of a token and its probability after it.
    """
    most = ", ".join(f"“{names[i]}” {percent(look[i])}" for i in strongest(look)[:3])
    next_ = ", ".join(f"“{name}” {percent(p)}" for name, p in after)
    return f"{place}: “{names[-1]}” looks at {most}. Next comes {next_}."


def passage_html(names: Sequence[str], texts: Sequence[str], look: Any) -> str:
    """Tokens, the darker the more they are looked at; mirrored in the browser."""
    last = len(look) - 1
    return "".join(
        f'<span{" class=from" if i == last else ""} style="background:rgba(43,123,186,'
        f'{(look[i] if i <= last else 0):.3f})" title="'
        f"{html.escape(name)}: {percent(look[i]) if i <= last else 'not seen'}"
        f'">{html.escape(text)}</span>'
        for i, (name, text) in enumerate(zip(names, texts, strict=True))
    )


def attention_map(
    look: Float[np.ndarray, "time time"], names: ColumnDataSource, title: str
) -> tuple[Any, ColumnDataSource]:
    """A picture of one head: a row for each token that looks."""
    plot, source, shown = parts.heat_map(look, room=MARGIN, name=title)
    told = CustomJSHover(args={"names": names, "source": source}, code=UNDER)
    plot.add_tools(
        HoverTool(renderers=[shown], tooltips="$x{custom}", formatters={"$x": told})
    )
    return plot, source


def head_maps(
    layer: Float[np.ndarray, "heads time time"], names: ColumnDataSource
) -> tuple[list[Any], list[ColumnDataSource], ColumnDataSource]:
    """A map of each head of a layer, and the marker beside the row that is told."""
    maps, sources = [], []
    size = layer.shape[1]
    frame = ColumnDataSource({"x": [size * (1 + MARGIN) / 2], "y": [size - 0.5]})
    for i, look in enumerate(layer):
        plot, source = attention_map(look, names, f"head {i + 1}")
        plot.scatter(
            "x",
            "y",
            marker="triangle",
            angle=np.pi / 2,
            size=9,
            color=kit.ORANGE,
            source=frame,
        )
        maps.append(plot)
        sources.append(source)
    return maps, sources, frame


def check_start(start: tuple[int, int], attention: np.ndarray) -> None:
    """Refuse a layer or a head that is not there."""
    sizes = attention.shape[:2]
    for name, at, count in zip(("layer", "head"), start, sizes, strict=True):
        if not 0 <= at < count:
            raise ValueError(f"start must have a {name} in 0..{count - 1}, got {at}")


def who_looks_at_whom(
    text: str,
    tokens: Sequence[tuple[str, str]],
    attention: Float[np.ndarray, "layers heads time time"],
    after: Sequence[tuple[str, float]],
    tokenizer: Mapping[str, Any],
    start: tuple[int, int] = (2, 0),
    examples: Mapping[str, str] = EXAMPLES,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Where the main model looks, in whatever the reader types; live.

    Args:
      text: The text that is shown first.
      tokens: Of each token its name and its text.
      attention: Weights of every head.
      after: What the model expects next, and how much: tokens and probabilities.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      start: Layer and head that are shown first, counted from 0.
      examples: Texts to pick.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.

    Raises:
      ValueError: If there is no such layer or head.
    """
    check_start(start, attention)
    layer, head = start
    names = ColumnDataSource(
        {"name": [name for name, _ in tokens], "text": [t for _, t in tokens]}
    )
    box, pick = parts.text_box("Your text", text, examples, rows=4)
    labels = [[str(i + 1) for i in range(n)] for n in attention.shape[:2]]
    layers, layer_box = kit.choice("Layer", labels[0])
    heads, head_box = kit.choice("Head", labels[1])
    cuts, cut_box = kit.choice("Hide what it looks at most", CUTS)
    layers.active, heads.active = layer, head
    slider = Slider(
        title="the token that looks",
        start=1,
        end=len(tokens),
        value=len(tokens),
        step=1,
        sizing_mode="stretch_width",
    )
    maps, sources, frame = head_maps(attention[layer], names)
    look = attention[layer, head, -1].tolist()
    passage = Div(
        text=passage_html(names.data["name"], names.data["text"], look),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=PASSAGE)],
    )
    place = f"Layer {layer + 1}, head {head + 1}"
    line = kit.status(look_line(place, names.data["name"], look, after))
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "names": names,
        "layers": layers,
        "heads": heads,
        "cuts": cuts,
        "slider": slider,
        "maps": maps,
        "sources": sources,
        "frame": frame,
        "passage": passage,
        "line": line,
    }

    def does(figure: str, **more: Any) -> Any:
        return kit.callback(__file__, figure=figure, **shared, **more)

    for name in ("value", "value_input"):
        box.js_on_change(name, does("type"))
    for group in (layers, heads, cuts):
        group.js_on_change("active", does("look"))
    slider.js_on_change("value", does("look"))
    for plot in maps:
        plot.js_on_event("tap", does("tap"))
    return kit.Embed(
        column(
            pick,
            box,
            kit.controls(layer_box, head_box, cut_box),
            slider,
            passage,
            row(
                *(kit.titled(f"head {i + 1}", plot) for i, plot in enumerate(maps)),
                sizing_mode="stretch_width",
                styles={"flex-wrap": "wrap"},
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A text box; the text with each token the darker the more the chosen one"
        " looks at it; and a map of every head of a layer, a row for each token.",
        status=line,
        table=[
            ("token", "weight"),
            *((names.data["name"][i], percent(look[i])) for i in strongest(look)[:8]),
        ],
        runtime=True,
        models=("main",),
        scripts=scripts,
    )
