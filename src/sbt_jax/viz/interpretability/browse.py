"""All features of the autoencoder, one at a time: where they fire, strongly and weakly.

Public names: :mod:`sbt_jax.viz.interpretability`; ``browse.mjs`` is the browser half.
"""

import html
from collections.abc import Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Div, InlineStyleSheet, Slider

from sbt_jax.numbers import decimal, percent
from sbt_jax.viz import kit

LOOK = """
:host { font-size: 0.98rem; line-height: 1.6; overflow-wrap: anywhere; }
dt { font-weight: 650; color: var(--sbt-ink); }
dd { margin: 0 0 0.2rem 0.6rem; color: var(--sbt-ink); }
b { background: color-mix(in srgb, #d55e00 35%, transparent); border-radius: 3px;
  padding: 0 0.15em; }
"""


def example(text: str) -> str:
    """The end of a text, its last word marked; mirrored.

    Example:
      >>> example("the ball to Tom")
      '… the ball to <b>Tom</b>'
    """
    before, _, last = text.rpartition(" ")
    return f"… {html.escape(before)} <b>{html.escape(last)}</b>"


def card_html(strong: Sequence[str], weak: Sequence[str], says: Sequence[str]) -> str:
    """Where a feature fires strongly and weakly, and which words it asks for; mirrored.

    Example:
      >>> card_html([], [], ["Tom"])
      '<dl><dt>strongest</dt><dt>weak</dt><dt>alone it would say</dt><dd>Tom</dd></dl>'
    """
    found = "<dl>"
    for title, texts in (("strongest", strong), ("weak", weak)):
        found += f"<dt>{title}</dt>" + "".join(f"<dd>{example(t)}</dd>" for t in texts)
    words = html.escape(", ".join(says))
    return f"{found}<dt>alone it would say</dt><dd>{words}</dd></dl>"


def card_line(number: int, often: float, most: float) -> str:
    """What the line says; mirrored.

    Example:
      >>> card_line(370, 0.0364, 48.2)
      'Feature 370 fires on 3.6 % of all words, with 48 at most.'
    """
    if not often:
        return f"Feature {number} fires nowhere in these stories: it is dead."
    return (
        f"Feature {number} fires on {percent(often, 1)} of all words, with"
        f" {decimal(most, 0)} at most."
    )


def browse_features(
    cards: Sequence[Sequence[Any]], says: Sequence[Sequence[str]], first: int
) -> kit.Embed:
    """A slider over all features, and the card of one.

    Args:
      cards: Of each feature: how often and how strongly it fires, texts that end where
        it is strong, and where it is weak.
      says: The words that each would say alone.
      first: The number that is shown first.

    Raises:
      ValueError: If there is no such feature, or no words for one.
    """
    if not 0 <= first < len(cards):
        raise ValueError(f"first must be in 0..{len(cards) - 1}, got {first}")
    if len(says) != len(cards):
        raise ValueError(f"says must be {len(cards)}, got {len(says)}")
    often, most, strong, weak = zip(*cards, strict=True)
    shelf = ColumnDataSource(
        {
            "often": list(often),
            "most": list(most),
            "strong": [list(x) for x in strong],
            "weak": [list(x) for x in weak],
            "says": [list(x) for x in says],
        }
    )
    which = Slider(
        title="Feature number", start=0, end=len(cards) - 1, step=1, value=first
    )
    another = Button(label="the next one", button_type="primary")
    card = Div(
        text=card_html(strong[first], weak[first], says[first]),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "15em"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(card_line(first, often[first], most[first]))
    given = {"which": which, "shelf": shelf, "card": card, "line": line}
    which.js_on_change("value", kit.callback(__file__, figure="show", **given))
    another.js_on_event("button_click", kit.callback(__file__, figure="next", **given))
    return kit.Embed(
        column(
            kit.beside([which, another], [card], least=170, share=0.3),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A slider over all features; of one, texts that end where it fires strongly"
        " and where it fires weakly.",
        status=line,
        table=[
            ("where", "text"),
            *(("strongest", text) for text in strong[first]),
            *(("weak", text) for text in weak[first]),
        ],
    )
