"""A small model guesses, main checks, and what becomes of the guesses; live.

Public names: :mod:`sbt_jax.viz.inference`; ``speculate.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    FactorRange,
    InlineStyleSheet,
    Select,
    Slider,
)
from bokeh.transform import dodge
from jaxtyping import Float

from sbt_jax.inference import RULES, law, overlap
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

GUESSES = 4
MOST = 40  # tokens that are written
SHOWN = 6  # tokens with bars of their own
FRIEND = (
    "Once upon a time there was a girl called Vera. She had a friend, a king called"
)
BEGINNINGS = {
    "a name is open": FRIEND,
    "a sum": "Tom had seven coins. He gave four of them to Vera. Then he had",
    "no text": "",
}
KINDS = {"kept": kit.GREEN, "replaced": kit.ORANGE, "added": kit.BLUE}
BARS = {"what main says": kit.GREY, "what comes out": kit.PURPLE}
REST = "all others"
LOOK = """
:host { line-height: 2; font-size: 1rem; overflow-wrap: anywhere; }
.guess { display: inline-block; padding: 0 0.2em; margin: 0 1px 2px 0;
  border-radius: 4px; white-space: pre-wrap; max-width: 100%; line-height: 1.5;
  box-sizing: border-box; color: var(--sbt-ink); border-bottom: 3px solid; }
.kept { background: color-mix(in srgb, #009e73 18%, transparent);
  border-color: #009e73; }
.replaced { background: color-mix(in srgb, #d55e00 24%, transparent);
  border-color: #d55e00; }
.added { background: color-mix(in srgb, #2b7bba 20%, transparent);
  border-color: #2b7bba; }
.hint { color: var(--sbt-faint); }
"""


def guesses_html(pieces: Sequence[Sequence[str]]) -> str:
    """Tokens with what became of them, escaped; mirrored.

    Args:
      pieces: Pairs of a text and one of ``KINDS``.

    Example:
      >>> guesses_html([("<b>", "kept")])
      '<span class="guess kept">&lt;b&gt;</span>'
    """
    if not pieces:
        return '<span class="hint">Press the button: the models write here.</span>'
    return "".join(
        f'<span class="guess {kind}">{html.escape(text)}</span>'
        for text, kind in pieces
    )


def law_line(kept: float, off: float) -> str:
    """What the line says of the next token; mirrored.

    Args:
      kept: How likely a guess is kept.
      off: Total variation of what comes out and what main says.

    Example:
      >>> law_line(0.9, 0.0)[-42:]
      'comes out is exactly what main alone says.'
    """
    said = f"By the exact rule {percent(kept)} of guesses for the next token are kept."
    if off < 5e-4:
        return f"{said} What comes out is exactly what main alone says."
    return f"{said} This mistake moves {percent(off, 1)} of the probability elsewhere."


def pass_line(counts: Mapping[str, int], passes: int) -> str:
    """What it says of a text that was written; mirrored.

    Example:
      >>> pass_line({"kept": 8, "replaced": 1, "added": 1}, 2)
      '10 tokens in 2 passes of main: 5.0 a pass. Kept 8, replaced 1, added 1.'
    """
    total = sum(counts.values())
    told = ", ".join(f"{kind} {counts[kind]}" for kind in KINDS)
    return (
        f"{total} tokens in {passes} passes of main: {total / passes:.1f} a pass."
        f" {told[:1].upper()}{told[1:]}."
    )


def law_bars(
    names: Sequence[str],
    p: Float[np.ndarray, " vocab"],
    q: Float[np.ndarray, " vocab"],
    rule: str = RULES[0],
) -> dict[str, list[Any]]:
    """Bars of the likeliest tokens and of all others; mirrored.

    Args:
      names: The text of every token.
      p: What main says.
      q: What small says.
      rule: How guesses are judged.
    """
    p = np.asarray(p, float)
    out = law(p, q, rule)
    top = sorted(range(len(p)), key=lambda i: (-p[i], i))[:SHOWN]
    rest = [max(0.0, 1 - float(x[top].sum())) for x in (p, out)]
    return {
        "token": [*parts.names([names[i] for i in top]), REST],
        "main": [*(float(p[i]) for i in top), rest[0]],
        "out": [*(float(out[i]) for i in top), rest[1]],
    }


def guess_and_check(
    names: Sequence[str],
    p: Float[np.ndarray, " vocab"],
    q: Float[np.ndarray, " vocab"],
    pieces: Sequence[Sequence[str]],
    passes: int,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A text that two models write together, and the law of its next token; live.

    Args:
      names: The text of every token.
      p: What main says after ``FRIEND``.
      q: What small says there.
      pieces: Tokens that were written after it, each with one of ``KINDS``.
      passes: Passes of main that it took.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    source = ColumnDataSource(law_bars(names, p, q))
    plot = kit.axes(
        y_range=FactorRange(factors=source.data["token"][::-1]),
        x_axis_label="probability of the next token",
        height=230,
    )
    plot.x_range.start = 0
    for name, shift, color in (("main", 0.19, kit.GREY), ("out", -0.19, kit.PURPLE)):
        plot.hbar(
            dodge("token", shift, range=plot.y_range),
            right=name,
            height=0.36,
            color=color,
            source=source,
        )
    text = Div(
        text=guesses_html(pieces),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "5.2em", "box-sizing": "border-box"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    counts = {kind: sum(k == kind for _, k in pieces) for kind in KINDS}
    first_line = f"{pass_line(counts, passes)} {law_line(float(overlap(p, q)), 0.0)}"
    line = kit.status(first_line, lines=5)
    box, pick = parts.text_box("The beginning", FRIEND, BEGINNINGS, rows=4)
    rule = Select(title="How guesses are judged", options=list(RULES), value=RULES[0])
    rule.sizing_mode = "stretch_width"
    many = Slider(title="guesses at a time", start=1, end=8, value=GUESSES, step=1)
    many.sizing_mode = "stretch_width"
    press = Button(label="guess and check", button_type="primary")
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "rule": rule,
        "many": many,
        "press": press,
        "source": source,
        "plot": plot,
        "text": text,
        "line": line,
        "rules": list(RULES),
        "shown": SHOWN,
        "rest": REST,
        "most": MOST,
    }
    begin = kit.callback(
        __file__,
        figure="begin",
        first={
            "box": FRIEND,
            "rule": RULES[0],
            "many": GUESSES,
            "text": text.text,
            "line": first_line,
        },
        **shared,
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, begin)
    rule.js_on_change("value", begin)
    many.js_on_change("value", begin)
    press.js_on_event("button_click", kit.callback(__file__, figure="write", **shared))
    return kit.Embed(
        column(
            kit.beside(
                [pick, box, many, rule, press], [kit.legend(BARS), plot], share=0.36
            ),
            kit.legend(KINDS),
            text,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of the next token, by main alone and with guesses, and a text whose"
        " tokens are coloured: guesses kept, replaced, and tokens added.",
        status=line,
        table=[
            ("token", "main says", "what comes out"),
            *(
                (token, percent(a, 1), percent(b, 1))
                for token, a, b in zip(
                    *(source.data[x] for x in ("token", "main", "out")), strict=True
                )
            ),
        ],
        runtime=True,
        models=("main", "small", "world"),
        scripts=scripts,
    )
