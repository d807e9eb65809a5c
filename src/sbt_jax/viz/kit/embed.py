"""A layout as static HTML, in the book or in a notebook.

Public names: :mod:`sbt_jax.viz.kit`.
"""

import html
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bokeh.embed import file_html, json_item
from bokeh.models import (
    Div,
    InlineStyleSheet,
    UIElement,
)
from bokeh.resources import INLINE

from sbt_jax.viz.kit.first import NARROW, keep_percent, room, table_html

VIZ = Path(__file__).parents[1]
# What callbacks may use in the browser, in the order in which it is loaded.
RUNTIME = (
    "live/numbers.js",
    "live/base.js",
    "live/parts.js",
    "live/model.js",
    "live/sampling.js",
    "live/world.js",
    "live/stories.js",
)
# The same for figures that train: the parts of the runtime that it needs, and its own.
TRAINER = (
    "live/base.js",
    "live/parts.js",
    "live/sampling.js",
    "live/letters.js",
    "live/kernels.js",
    "live/trainer.js",
    "live/writer.js",
    "live/workshop.js",
)
# The kit itself, in that order; the site serves it as one file.
KIT = (
    "kit/labels.js",
    "kit/names.js",
    "kit/quick.js",
    "kit/tips.js",
    "kit/voice.js",
    "kit/room.js",
    "kit/state.js",
    "kit/kit.js",
)
# Of every widget and plot, which live in shadow roots. A page names it, and the kit's
# script puts it in: it would be in each figure otherwise.
WIDGETS_NAME = "kit/widgets.css"
WIDGETS = (VIZ / WIDGETS_NAME).read_text(encoding="utf8")


@dataclass(frozen=True)
class Embed:
    """A layout as static HTML, in the book or in a notebook.

    In the book, the page holds the layout as JSON and mounts it when the reader
    comes near. In a notebook, the figure is a document of its own that brings
    BokehJS and the runtime along.

    Attributes:
      layout: What Bokeh draws.
      alt: What the figure shows, for readers who do not see it.
      status: The text line, made by :func:`status`; it is also in ``layout``.
      table: Rows of the first frame, the first one the header; shown with the
        line where there is no JavaScript, and in print.
      runtime: Whether callbacks need the scripts of ``RUNTIME``; the first comes
        with every figure.
      trainer: Whether they need those of ``TRAINER``.
      models: Names of the checkpoints that callbacks run in the browser. The
        site serves each as a script.
      scripts: The same scripts as text, for notebooks; see
        :func:`sbt_jax.checkpoints.browser_script`.
    """

    layout: UIElement
    alt: str
    status: Div
    table: Sequence[Sequence[object]] = ()
    runtime: bool = False
    models: Sequence[str] = ()
    scripts: Sequence[str] = ()
    trainer: bool = False

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError("alt must say what the figure shows, got an empty text")
        if self.status not in self.layout.references():
            raise ValueError("status must be part of layout")
        sheet = InlineStyleSheet(css=WIDGETS)
        for model in self.layout.references():
            if isinstance(model, UIElement):
                model.stylesheets = [sheet, *model.stylesheets]

    @property
    def browser_scripts(self) -> tuple[str, ...]:
        """What to load: all that is needed, or only how numbers are said."""
        needed = RUNTIME if self.runtime else RUNTIME[:1]
        return tuple(dict.fromkeys(needed + (TRAINER if self.trainer else ())))

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
        item = json.dumps(
            json_item(self.layout), allow_nan=False, separators=(",", ":")
        ).replace(json.dumps(WIDGETS), json.dumps(WIDGETS_NAME))
        needs = f' data-runtime="{" ".join(self.browser_scripts)}"'
        if self.models:
            needs += f' data-models="{html.escape(" ".join(self.models), quote=True)}"'
        wide, narrow = room(self.layout), room(self.layout, NARROW)
        return (
            f'<div class="sbt-figure" role="group"{needs}'
            f' style="--sbt-high:{wide}px;--sbt-long:{narrow}px"'
            f' aria-label="{html.escape(self.alt, quote=True)}">'
            f'<div class="sbt-fallback">{self.fallback()}</div>'
            f'<script type="application/json">{item.replace("<", chr(92) + "u003c")}'
            "</script></div>"
        )

    def fallback(self) -> str:
        """The first frame as words and a table: until it is drawn, and in print."""
        text = f"<p>{html.escape(keep_percent(self.status.text))}</p>"
        return text + (table_html(self.table) if self.table else "")

    def notebook_html(self) -> str:
        """The figure as a document of its own, in a frame of its own."""
        page = file_html(self.layout, INLINE, title=self.alt)
        scripts = [*self.browser_scripts, *KIT]
        extra = f"<style>{(VIZ / 'kit' / 'kit.css').read_text(encoding='utf8')}</style>"
        texts = [(VIZ / name).read_text(encoding="utf8") for name in scripts]
        for text in [*texts, *self.scripts]:
            extra += f"<script>{text}</script>"
        # At the last end of a body: BokehJS, too, has such tags in its strings.
        start, end, rest = page.rpartition("</body>")
        page = start + extra + end + rest
        return (
            f'<iframe srcdoc="{html.escape(page, quote=True)}"'
            f' title="{html.escape(self.alt, quote=True)}"'
            f' style="width:100%;height:{room(self.layout) + 60}px;border:0"></iframe>'
        )
