"""A model that goes on from what the reader types, drawing word after word.

Public names: :mod:`sbt_jax.viz.parts`; ``writer.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, FactorRange

from sbt_jax.numbers import percent
from sbt_jax.viz import kit
from sbt_jax.viz.parts.examples import text_box
from sbt_jax.viz.parts.tokens import names

SHOWN = 5  # words with bars
# Which scripts of shipped data the browser half needs.
DATA = ("main", "world")


def written_line(words: int, seed: int, off: str = "") -> str:
    """What the line says of a story; ``off`` is its impossible end. Mirrored.

    Example:
      >>> written_line(12, 3)
      '12 words, drawn with seed 3. All of it could happen in this world.'
    """
    said = f"{words} words, drawn with seed {seed}."
    if not off:
        return f"{said} All of it could happen in this world."
    first = off.split()[0]
    return f"{said} No story of the world has “{first}” where the underlining begins."


def bars(likely: Sequence[tuple[str, float]], drawn: str = "") -> dict[str, list[Any]]:
    """The likeliest words, the one that was drawn in another colour; mirrored.

    Example:
      >>> bars([(" Tom", 0.75), (" it", 0.25)], " it")["word"]
      ['Tom', 'it']
    """
    return {
        "word": names([word for word, _ in likely]),
        "p": [p for _, p in likely],
        "color": [kit.ORANGE if word == drawn else kit.GREY for word, _ in likely],
    }


def write_on(
    text: str,
    continuation: str,
    off: str,
    seed: int,
    likely: Sequence[tuple[str, float]],
    tokenizer: Mapping[str, Any],
    examples: Mapping[str, str],
    press: str = "write another story",
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A story that a model has drawn, and a button that lets it draw another.

    Args:
      text: The beginning that is shown first.
      continuation: What the model drew after it, at temperature 1.
      off: The end of that, from the first word on that no story has there.
      seed: With which it was drawn.
      likely: The likeliest words after the beginning, with their probabilities.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      examples: Beginnings to pick.
      press: What the button is called.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    box, pick = text_box("A beginning", text, examples, rows=2, offer="Begin with")
    onward = Button(label=press, button_type="primary")
    passage = kit.passage((text + continuation).removesuffix(off), off, lines=5)
    line = kit.status(written_line(len(continuation.split()), seed, off))
    shown = likely[:SHOWN]
    drawn = max(
        (w for w, _ in shown if continuation.startswith(w)), default="", key=len
    )
    source = ColumnDataSource(bars(shown, drawn), tags=[SHOWN])
    plot = kit.axes(
        y_range=FactorRange(factors=source.data["word"][::-1]),
        x_range=(0, 1),
        x_axis_label="what the model gives the next word",
        height=190,
    )
    plot.hbar("word", right="p", height=0.7, color="color", source=source)
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "line": line,
        "passage": passage,
        "plot": plot,
        "source": source,
        "onward": onward,
        "colors": [kit.GREY, kit.ORANGE],
    }
    first = {
        "text": text,
        "shown": passage.text,
        "line": line.text,
        "data": dict(source.data),
    }
    for name in ("value", "value_input"):
        box.js_on_change(
            name, kit.callback(__file__, figure="begin", first=first, **shared)
        )
    onward.js_on_event("button_click", kit.callback(__file__, figure="write", **shared))
    return kit.Embed(
        column(
            kit.controls(pick, onward),
            box,
            passage,
            plot,
            line,
            sizing_mode="stretch_width",
        ),
        alt="A beginning to type, a button that lets the model write on, its story, and"
        " bars of the words that it might have written next.",
        status=line,
        table=[
            ("after the beginning", "probability"),
            *((word.strip(), percent(p)) for word, p in shown),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
