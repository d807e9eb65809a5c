"""Text with marks: pieces as chips, passages with what is off the world.

Public names: :mod:`sbt_jax.viz.kit`.
"""

import html
from collections.abc import Sequence

from bokeh.models import (
    Div,
    InlineStyleSheet,
)

# Pieces of text as coloured chips; see `sbt.chips` in live/base.js.
CHIPS = """
:host { line-height: 2.1; font-size: 1.02rem; overflow-wrap: anywhere; }
.chip { display: inline-block; padding: 0 0.22em; margin: 0 1px 2px 0;
  border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere;
  max-width: 100%; box-sizing: border-box; line-height: 1.5;
  color: var(--sbt-ink); border-bottom: 3px solid; }
.chip small { display: block; font-size: 0.72rem; color: var(--sbt-ink);
  line-height: 1.15; font-variant-numeric: tabular-nums; text-align: center; }
.c0 { background: color-mix(in srgb, #2b7bba 20%, transparent); border-color: #2b7bba }
.c1 { background: color-mix(in srgb, #d55e00 20%, transparent); border-color: #d55e00 }
.c2 { background: color-mix(in srgb, #009e73 20%, transparent); border-color: #009e73 }
.c3 { background: color-mix(in srgb, #b96a9b 24%, transparent); border-color: #b96a9b }
.c4 { background: color-mix(in srgb, #ad7f00 22%, transparent); border-color: #ad7f00 }
"""
# A story; the part that no story of the world could hold is marked.
PASSAGE = """
:host { font-size: 1.05rem; line-height: 1.55; overflow-wrap: anywhere;
  overflow-x: clip; max-width: 100%; }
p { margin: 0.3rem 0; white-space: pre-wrap; color: var(--sbt-ink); }
mark { color: var(--sbt-ink); background: color-mix(in srgb, #d55e00 22%, transparent);
  text-decoration: underline wavy #d55e00; }
"""


def chips(pieces: Sequence[Sequence[str]]) -> Div:
    """Pieces of text in turning colours, each with a small note under it.

    Callbacks set ``text`` to what ``sbt.chips`` of the runtime returns, which
    escapes every piece as this function does.
    """
    return Div(
        text=chips_html(pieces),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=CHIPS)],
        tags=["sbt-chips"],
    )


def passage(text: str, off: str = "", lines: int = 1) -> Div:
    """A text to read; what is ``off`` the world, at its end, is marked.

    Callbacks set ``text`` to what ``sbt.passage`` of the runtime returns, which
    escapes both parts as this function does.

    Args:
      text: Of the first frame.
      off: Its end that is marked.
      lines: Whose room is kept: as many as a text has that is written here.
    """
    return Div(
        text=passage_html(text, off),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": f"{1.65 * lines}em", "box-sizing": "border-box"},
        stylesheets=[InlineStyleSheet(css=PASSAGE)],
    )


def passage_html(text: str, off: str = "") -> str:
    """The markup of :func:`passage`."""
    marked = f"<mark>{html.escape(off)}</mark>" if off else ""
    return f"<p>{html.escape(text)}{marked}</p>"


def chips_html(pieces: Sequence[Sequence[str]]) -> str:
    """The markup of :func:`chips`: text and note escaped."""
    return "".join(
        f'<span class="chip c{i % 5}">{html.escape(text)}'
        f"<small>{html.escape(note)}</small></span>"
        for i, (text, note) in enumerate(pieces)
    )
