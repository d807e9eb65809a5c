"""One beginning, continued with and without a cache; live.

Public names: :mod:`sbt_jax.viz.inference`; ``waits.mjs`` is the browser half.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Range1d

from sbt_jax.architecture import Config
from sbt_jax.inference import reading_sums
from sbt_jax.numbers import Number, count, decimal
from sbt_jax.viz import kit, parts

TOKENS = 20  # that are written
LAST = 44  # characters of a beginning that are shown again
ROPE = (
    "Once upon a time there was a girl called Vera. She had a friend, a king called"
    " Tom. They lived in the kitchen. Vera had a purple rope. “Do you have the purple"
    " rope?” asked Tom. “Yes, I have it,” said Vera. “Let us go to the hill,” said Tom."
    " So they went to the hill. “Please give me the rope,” said Tom. Vera gave it to"
    " him. He was very happy. “Who has the rope?” asked Vera."
).translate({8220: '"', 8221: '"'})
BEGINNINGS = {
    "a long one": ROPE,
    "a short one": "Once there was a man called Otto.",
    "no text": "",
}
AXES = ("million multiply-adds", "milliseconds, in this browser")
WAYS = {"reads everything again": kit.ORANGE, "keeps a cache": kit.BLUE}


def sums_of(
    config: Config, prompt: int, tokens: int = TOKENS
) -> dict[str, list[float]]:
    """Million multiply-adds of each new token, both ways; mirrored in ``waits.mjs``.

    Args:
      config: The sizes of the model.
      prompt: Tokens of the beginning.
      tokens: How many are written.

    Example:
      >>> from sbt_jax.architecture import Config
      >>> config = Config(256, width=8, layers=1, heads=2, mlp=16, window=32)
      >>> found = sums_of(config, 4, 2)
      >>> found["again"][0] == found["kept"][0], found["kept"][1] < found["kept"][0]
      (True, True)
    """

    def million(new: int, past: int) -> float:
        return sum(reading_sums(config, new, past).values()) / 1e6

    return {
        "again": [million(prompt + i, 0) for i in range(tokens)],
        "kept": [
            million(1, prompt + i - 1) if i else million(prompt, 0)
            for i in range(tokens)
        ],
    }


def ending(text: str) -> str:
    """The last words of a beginning; mirrored.

    Example:
      >>> ending("One. " * 20 + 'Who has the rope?" asked Vera.')
      '… One. One. Who has the rope?" asked Vera.'
    """
    if len(text) <= LAST:
        return text
    return "… " + text[-LAST:].partition(" ")[2]


def bars(found: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """Where the bars stand; mirrored."""
    numbers = range(1, len(found["again"]) + 1)
    return {
        "left": [i - 0.2 for i in numbers],
        "right": [i + 0.2 for i in numbers],
        "again": list(found["again"]),
        "kept": list(found["kept"]),
    }


def sums_line(prompt: int, found: Mapping[str, Sequence[float]]) -> str:
    """What the line says before anything was timed; mirrored.

    Example:
      >>> sums_line(4, {"again": [6.0, 8.0], "kept": [6.0, 1.0]})[:58]
      'After 4 tokens, 2 new ones: 14 million multiply-adds where'
    """
    again, kept = (sum(found[name]) for name in ("again", "kept"))
    return (
        f"After {count(prompt)} token{'' if prompt == 1 else 's'},"
        f" {len(found['again'])} new ones:"
        f" {count(again)} million multiply-adds where all is read again,"
        f" {count(kept)} million with the cache. The first token costs the same both"
        " ways. Press the button to time it here."
    )


def timed_line(found: Mapping[str, Sequence[float]], apart: Number, same: bool) -> str:
    """What it says of measured milliseconds; mirrored.

    Args:
      found: Milliseconds of each token, both ways.
      apart: The largest difference of two logits.
      same: Whether both ways chose the same tokens.

    Example:
      >>> timed_line({"again": [6.0, 8.0, 8.0], "kept": [6.0, 1.0, 1.5]}, 2e-6, True)
      ... # doctest: +ELLIPSIS
      'With the cache 6.0 ms to the first token, then 1.2 ms each (mean); without it...
    """
    again, kept = found["again"], found["kept"]

    def mean(values: Sequence[float]) -> str:
        return decimal(sum(values) / len(values), 1) if values else "0.0"

    agree = "Both wrote the same" if same else "They wrote something else"
    far = (
        f"logits differ by {decimal(1e6 * apart, 2)} millionths at most"
        if apart
        else "all logits are equal to the last digit"
    )
    return (
        f"With the cache {decimal(kept[0], 1)} ms to the first token, then"
        f" {mean(kept[1:])} ms each (mean); without it {mean(again)} ms each. {agree};"
        f" {far}."
    )


def with_and_without(
    prompt: str,
    length: int,
    written: str,
    config: Config,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Bars of the work of each new token, both ways, and a button that times them.

    Args:
      prompt: The beginning.
      length: Its tokens, with the mark of the start.
      written: How the model goes on, always with the likeliest token.
      config: The sizes of the model.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    found = sums_of(config, length)
    source = ColumnDataSource(bars(found))
    plot = kit.axes(
        height=250,
        x_range=Range1d(0.4, TOKENS + 0.6),
        x_axis_label="new token",
        y_axis_label=AXES[0],
    )
    plot.y_range.start = 0
    for name, at, color in (
        ("again", "left", kit.ORANGE),
        ("kept", "right", kit.BLUE),
    ):
        plot.vbar(at, top=name, width=0.38, color=color, source=source)
    text = kit.passage(f"{ending(prompt)} {written}", lines=2)
    line = kit.status(sums_line(length, found), lines=5)
    box, pick = parts.text_box("The beginning", prompt, BEGINNINGS, rows=6)
    press = Button(label="time both ways", button_type="primary")
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "sizes": dataclasses.asdict(config) | {"kv_heads": config.key_heads},
        "box": box,
        "press": press,
        "source": source,
        "axis": plot.yaxis[0],
        "text": text,
        "line": line,
        "tokens": TOKENS,
        "axes": list(AXES),
    }
    first = {"prompt": prompt, "text": text.text, "line": line.text}
    begin = kit.callback(__file__, figure="begin", first=first, **shared)
    for name in ("value", "value_input"):
        box.js_on_change(name, begin)
    press.js_on_event("button_click", kit.callback(__file__, figure="time", **shared))
    return kit.Embed(
        column(
            kit.beside([pick, box, press], [kit.legend(WAYS), plot], share=0.34),
            kit.label("The end of the beginning, and how it goes on:"),
            text,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two bars for each new token: the work where everything is read again, and"
        " with a cache. A button measures milliseconds here.",
        status=line,
        table=[
            ("new token", "million multiply-adds, all read again", "with a cache"),
            *(
                (i + 1, decimal(found["again"][i], 1), decimal(found["kept"][i], 1))
                for i in (0, 1, TOKENS - 1)
            ),
        ],
        runtime=True,
        models=("main", "world"),
        scripts=scripts,
    )
