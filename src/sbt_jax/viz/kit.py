"""One place for how figures look, behave and reach the page.

A figure is a pure function from arrays to an :class:`Embed`. Colours, sizes and
toolbars are set here and nowhere else. The browser half is ``kit.js`` (mounting,
dark mode, accessible names) and ``kit.css``.
"""

import html
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bokeh.embed import file_html, json_item
from bokeh.layouts import column, row
from bokeh.models import (
    Column,
    ColumnDataSource,
    CustomJS,
    Div,
    InlineStyleSheet,
    LabelSet,
    RadioButtonGroup,
    Row,
    UIElement,
)
from bokeh.plotting import figure
from bokeh.resources import INLINE

HERE = Path(__file__).parent
HEIGHT = 300
# What callbacks may use in the browser, in the order in which it is loaded.
RUNTIME = (
    "live.js",
    "live_model.js",
    "live_sampling.js",
    "live_world.js",
    "live_stories.js",
)
# Okabe and Ito's colours, moved to a lightness that keeps a contrast of at least
# 3 against white paper and against the dark theme's page.
BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY = (
    "#2b7bba", "#d55e00", "#009e73", "#b96a9b", "#ad7f00", "#7d7d86",
)  # fmt: skip
PALETTE = (BLUE, ORANGE, GREEN, PURPLE, OCHRE, GREY)
ACCENT = BLUE

# Widgets live in shadow roots: custom properties reach in, page styles do not.
WIDGETS = """
:host { color: var(--sbt-ink); font-family: var(--sbt-ui);
  color-scheme: var(--sbt-scheme); }
label, .bk-input-group > label, .bk-slider-title { color: var(--sbt-ink); }
.bk-slider-value { font-weight: 600; color: var(--sbt-ink); }
.bk-input, select.bk-input, textarea.bk-input {
  color: var(--sbt-ink); background-color: var(--sbt-paper);
  border: 1px solid var(--sbt-edge); border-radius: 4px; font-size: 1rem;
  font-family: inherit;
}
select:not([multiple]).bk-input { background-image: none; appearance: auto; }
.bk-input::placeholder { color: var(--sbt-faint); }
.bk-input:focus-visible, .bk-btn:focus-visible, .noUi-handle:focus-visible {
  outline: 3px solid var(--sbt-focus); outline-offset: 2px;
}
.bk-btn, .bk-btn-default {
  color: var(--sbt-ink); background: var(--sbt-raised);
  border: 1px solid var(--sbt-edge); border-radius: 4px; font-family: inherit;
  font-size: 0.95rem; min-height: 2.2rem;
}
.bk-btn-group { flex-wrap: wrap; max-width: 100%; }
.bk-btn-group > .bk-btn { flex: 0 1 auto; white-space: normal; margin: 0 -1px -1px 0;
  border-radius: 0; }
.bk-btn:hover { background: var(--sbt-hover); color: var(--sbt-ink); }
.bk-btn[disabled] { opacity: 0.55; }
.bk-btn.bk-active, .bk-btn-group > .bk-btn.bk-active {
  color: var(--sbt-paper); background: var(--sbt-accent);
  border-color: var(--sbt-accent);
}
.noUi-target { background: var(--sbt-raised); border-color: var(--sbt-edge);
  box-shadow: none; }
.noUi-connect { background: var(--sbt-accent); }
.noUi-handle { background: var(--sbt-accent); border: 2px solid var(--sbt-paper);
  box-shadow: 0 0 0 1px var(--sbt-edge); }
"""
KEY = """
span { display: inline-block; margin-right: 1rem; font-size: 0.9rem; }
i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 2px;
  margin-right: 0.35rem; vertical-align: -0.05rem; }
.dot { border-radius: 50%; }
.triangle { clip-path: polygon(50% 0, 100% 100%, 0 100%); }
.diamond { clip-path: polygon(50% 0, 100% 50%, 50% 100%, 0 50%); }
.dashes { width: 1.4rem; height: 3px; border-radius: 0; vertical-align: 0.25rem;
  mask: repeating-linear-gradient(90deg, #000 0 6px, transparent 6px 9px); }
"""
# Drawn, not typed: text needs more contrast.
SIGNS = {"●": "dot", "▲": "triangle", "◆": "diamond", "╌╌": "dashes"}
# Pieces of text as coloured chips; see `sbt.chips` in live.js.
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
  overflow-x: auto; max-width: 100%; }
p { margin: 0.3rem 0; white-space: pre-wrap; color: var(--sbt-ink); }
mark { color: var(--sbt-ink); background: color-mix(in srgb, #d55e00 22%, transparent);
  text-decoration: underline wavy #d55e00; }
"""


def axes(**kwargs: Any) -> figure:
    """An empty plot in the book's style; ``kwargs`` override it."""
    style = {"tools": "", "toolbar_location": None, "height": HEIGHT}
    plot = figure(sizing_mode="stretch_width", **(style | kwargs))
    plot.grid.grid_line_alpha = 0.5
    plot.axis.minor_tick_line_color = None
    plot.axis.axis_label_text_font_style = "normal"
    return plot


def key(colors: Mapping[str, str], signs: Mapping[str, str] | None = None) -> Div:
    """What each colour means: a legend that wraps, and follows the theme.

    Args:
      colors: By what they mean.
      signs: One of ``SIGNS`` in place of a square, by what they mean.
    """
    entries = ""
    for label, color in colors.items():
        paint = html.escape(color, quote=True)
        look = SIGNS[signs[label]] if signs and label in signs else "square"
        swatch = f'<i class="{look}" style="background:{paint}"></i>'
        entries += f"<span>{swatch}{html.escape(label)}</span>"
    return Div(
        text=entries,
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=KEY)],
    )


def name_dots(plot: figure, source: ColumnDataSource) -> None:
    """A word beside each dot; ``kit.js`` looks for room, and leaves out what has none.

    Args:
      plot: Where the dots are.
      source: Columns ``x``, ``y`` and ``word``, the most important word first. A
        callback that sets them sets ``label`` like ``word``, ``dx`` and ``dy``, too.
    """
    words = list(source.data["word"])
    source.data = dict(source.data) | {
        "label": words, "dx": [0] * len(words), "dy": [7] * len(words),
    }  # fmt: skip
    plot.add_layout(
        LabelSet(
            x="x", y="y", text="label", x_offset="dx", y_offset="dy", source=source,
            text_align="center", text_color=GREY, text_font_size="13px",
            tags=["sbt-labels"],
        )
    )  # fmt: skip


def label(text: str) -> Div:
    """A small title over something that has none of its own."""
    return Div(text=text, render_as_text=True, disable_math=True)


def titled(text: str, plot: UIElement, least: int = 115) -> Column:
    """A plot under its title, ``least`` pixels wide: several wrap in a row."""
    return column(
        label(text), plot, sizing_mode="stretch_width", min_width=least,
        styles={"flex": f"1 1 {least}px"},
    )  # fmt: skip


def callback(python_file: str, **args: Any) -> CustomJS:
    """The ``.mjs`` beside ``python_file``, as a Bokeh callback."""
    return CustomJS.from_file(Path(python_file).with_suffix(".mjs"), **args)


def controls(*widgets: UIElement) -> Row:
    """Widgets side by side, and below one another where there is no room."""
    return row(
        *widgets,
        sizing_mode="stretch_width",
        styles={"flex-wrap": "wrap", "align-items": "end"},
    )


def choice(title: str, labels: Sequence[str]) -> tuple[RadioButtonGroup, Column]:
    """Buttons of which one is on, and the same with its title above."""
    group = RadioButtonGroup(labels=list(labels), active=0, name=title)
    return group, column(label(title), group, styles={"max-width": "100%"})


def line(text: str) -> Div:
    """The line under a figure that says its current state in words.

    A callback writes ``line.text``; it is shown as text, never as HTML, and is
    announced to screen readers.
    """
    return Div(
        text=text,
        render_as_text=True,
        disable_math=True,
        sizing_mode="stretch_width",
        tags=["sbt-line"],
        styles={
            "font-size": "0.95rem",
            "padding": "0.3rem 0.2rem",
            "max-width": "100%",
            "overflow-x": "auto",
            "overflow-wrap": "anywhere",
        },
    )


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


def passage(text: str, off: str = "") -> Div:
    """A text to read; what is ``off`` the world, at its end, is marked.

    Callbacks set ``text`` to what ``sbt.passage`` of the runtime returns, which
    escapes both parts as this function does.
    """
    return Div(
        text=passage_html(text, off),
        disable_math=True,
        sizing_mode="stretch_width",
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


@dataclass(frozen=True)
class Embed:
    """A layout as static HTML, in the book or in a notebook.

    In the book, the page holds the layout as JSON and mounts it when the reader
    comes near. In a notebook, the figure is a document of its own that brings
    BokehJS and the runtime along.

    Attributes:
      layout: What Bokeh draws.
      alt: What the figure shows, for readers who do not see it.
      line: The text line, made by :func:`line`; it is also in ``layout``.
      table: Rows of the first frame, the first one the header; shown with the
        line where there is no JavaScript, and in print.
      runtime: Whether callbacks need the scripts of ``RUNTIME``.
      models: Names of the checkpoints that callbacks run in the browser. The
        site serves each as a script.
      scripts: The same scripts as text, for notebooks; see
        :func:`sbt_jax.checkpoints.browser_script`.
    """

    layout: UIElement
    alt: str
    line: Div
    table: Sequence[Sequence[object]] = ()
    runtime: bool = False
    models: Sequence[str] = ()
    scripts: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt must say what the figure shows, got an empty text")
        if self.line not in self.layout.references():
            raise ValueError("line must be part of layout")
        sheet = InlineStyleSheet(css=WIDGETS)
        for model in self.layout.references():
            if isinstance(model, UIElement):
                model.stylesheets = [sheet, *model.stylesheets]

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        in_book = os.environ.get("SBT_IN_BOOK") == "1"
        return {
            "text/html": self.page_html() if in_book else self.notebook_html(),
            "text/plain": f"[interactive figure: {self.alt}]",
        }

    def page_html(self) -> str:
        """The figure as a part of a page whose site has BokehJS and the kit."""
        item = json.dumps(json_item(self.layout), allow_nan=False)
        needs = f' data-runtime="{" ".join(RUNTIME)}"' if self.runtime else ""
        if self.models:
            needs += f' data-models="{html.escape(" ".join(self.models), quote=True)}"'
        return (
            f'<div class="sbt-figure" role="group"{needs}'
            f' aria-label="{html.escape(self.alt, quote=True)}">'
            f'<div class="sbt-fallback">{self.fallback()}</div>'
            f'<script type="application/json">{item.replace("<", chr(92) + "u003c")}'
            "</script></div>"
        )

    def fallback(self) -> str:
        """The first frame as words and a table: without JavaScript, and printed."""
        head, *rows = self.table or [[]]
        cells = "".join(f"<th>{html.escape(str(c))}</th>" for c in head)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(c))}</td>" for c in row) + "</tr>"
            for row in rows
        )
        table = f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"
        text = f"<p>{html.escape(self.line.text)}</p>"
        return text + (table if self.table else "")

    def notebook_html(self) -> str:
        """The figure as a document of its own, in a frame of its own."""
        page = file_html(self.layout, INLINE, title=self.alt)
        scripts = [*RUNTIME, "kit.js"] if self.runtime else ["kit.js"]
        extra = f"<style>{(HERE / 'kit.css').read_text(encoding='utf8')}</style>"
        texts = [(HERE / name).read_text(encoding="utf8") for name in scripts]
        for text in [*texts, *self.scripts]:
            extra += f"<script>{text}</script>"
        # At the last end of a body: BokehJS, too, has such tags in its strings.
        start, end, rest = page.rpartition("</body>")
        page = start + extra + end + rest
        return (
            f'<iframe srcdoc="{html.escape(page, quote=True)}"'
            f' title="{html.escape(self.alt, quote=True)}"'
            ' style="width:100%;height:560px;border:0"></iframe>'
        )
