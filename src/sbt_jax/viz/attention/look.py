"""Where one head looks back in a story, drawn as lines.

Public names: :mod:`sbt_jax.viz.attention`.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bokeh.layouts import column
from bokeh.models import Div, InlineStyleSheet

from sbt_jax.viz import kit, parts
from sbt_jax.viz.attention.words import (
    check_head,
    mentions,
    name_of,
    percent,
    runs,
)

WAYS = ("as it was trained", "at all words alike")
# Of the drawing; of letters, 11 pixels on a phone; from line to line.
WIDTH, SIZE, PITCH = 360, 14, 44
LETTER = 0.602 * SIZE  # all are as wide in this face
SEEN = 0.02  # of the weight: less draws no line
INK = """
.bk-clearfix { width: 100%; }
svg { display: block; width: 100%; max-width: 520px; height: auto; margin: 0 auto; }
text { fill: var(--sbt-ink); font: 14px ui-monospace, Menlo, "DejaVu Sans Mono",
  monospace; }
text.said { fill: var(--sbt-accent); font-weight: 650; }
.seen { fill: #2b7bba; }
path { fill: none; stroke: #2b7bba; stroke-linecap: round; }
.asks { fill: none; stroke: #d55e00; stroke-width: 2; }
.said-box { fill: none; stroke: var(--sbt-accent); stroke-width: 1.6;
  stroke-dasharray: 4 3; }
"""


class Look(NamedTuple):
    """The look of one head at the end of a text."""

    texts: Sequence[str]  # of its tokens, the mark of the beginning first
    weights: Sequence[float]  # on each of them
    head: str  # which head, in words
    says: str  # the word that the model says next


def last_look(seen: Any, head: tuple[int, int]) -> Look:
    """Where one head looks at the end of a text.

    Args:
      seen: ``texts``, ``weights`` of every head and what the model ``says``, as
        :func:`sbt_jax.shipped.cuts.looks_in_story` gives them.
      head: Layer and head, counted from 0.

    Raises:
      ValueError: If there is no such layer or head.
    """
    check_head("head", head, seen.weights)
    weights = seen.weights[(*head, -1)].tolist()
    name = "Layer {}, head {}".format(*(at + 1 for at in head))
    return Look(seen.texts, weights, name, seen.says)


class Placed(NamedTuple):
    """A word on its line."""

    text: str
    x: float  # where it begins
    y: float  # its base line
    share: float


def placed(look: Look, alike: bool) -> list[Placed]:
    """Words in lines, each with its part of the weight."""
    words, x, y = [], 2.0, 24.0
    shown = runs(look.texts)[1:]
    whole = ["".join(look.texts[i] for i in run) for run in shown]
    for at, run in enumerate(shown):
        if whole[at][:1] == " ":  # what has no space inside stays on one line
            end = at + 1
            while end < len(shown) and whole[end][:1] != " ":
                end += 1
            x += LETTER
            if x + (len("".join(whole[at:end])) - 1) * LETTER > WIDTH - 4:
                x, y = 2.0, y + PITCH
        text = whole[at].strip()
        share = 1 / len(shown) if alike else sum(look.weights[i] for i in run)
        words.append(Placed(text, x, y, float(share)))
        x += len(text) * LETTER
    return words


def line_between(last: Placed, word: Placed) -> str:
    """A curve from the word that looks to one before it."""
    x0, x1 = (w.x + len(w.text) * LETTER / 2 for w in (last, word))
    y0 = last.y - 18
    y1 = word.y + 6 if word.y < last.y else word.y - 18
    bend = 0.45 * (y0 - y1) + 4 if word.y < last.y else 20
    far = y1 + bend if word.y < last.y else y1 - bend
    return (
        f'<path d="M{x0:.0f} {y0:.0f}C{x0:.0f} {y0 - bend:.0f} {x1:.0f} {far:.0f}'
        f' {x1:.0f} {y1:.0f}" stroke-width="{1 + 6 * word.share:.1f}"'
        f' opacity="{0.3 + 0.6 * word.share:.2f}"/>'
    )


def look_svg(look: Look, alike: bool = False) -> str:
    """The story with a line to each word that is looked at."""
    *words, last = placed(look, alike)
    drawn = [
        f'<rect class="seen" x="{w.x - 2:.1f}" y="{w.y - 15:.0f}" rx="3"'
        f' width="{len(w.text) * LETTER + 4:.1f}" height="20"'
        f' opacity="{0.5 * w.share**0.5:.2f}"/>'
        for w in words
    ]
    drawn += [line_between(last, w) for w in words if w.share >= SEEN]
    wide = len(last.text) * LETTER
    drawn.append(
        f'<rect class="asks" x="{last.x - 3:.1f}" y="{last.y - 17:.0f}" rx="4"'
        f' width="{wide + 6:.1f}" height="24"/>'
    )
    says = "?" if alike else look.says
    x = last.x + wide + 1.4 * LETTER
    drawn.append(
        f'<rect class="said-box" x="{x - 5:.1f}" y="{last.y - 17:.0f}" rx="4"'
        f' width="{len(says) * LETTER + 10:.1f}" height="24"/>'
        f'<text class="said" x="{x:.1f}" y="{last.y:.0f}">{html.escape(says)}</text>'
    )
    drawn += [
        f'<text x="{w.x:.1f}" y="{w.y:.0f}">{html.escape(w.text)}</text>'
        for w in (*words, last)
    ]
    return f'<svg viewBox="0 0 {WIDTH} {last.y + 14:.0f}">{"".join(drawn)}</svg>'


def look_said(look: Look, alike: bool) -> str:
    """What the line says of it."""
    words = runs(look.texts)
    who = name_of(look.texts, words[-1])
    if alike:
        each = percent(1 / (len(words) - 1))
        return (
            f"A plain average: “{who}” takes {each} of every word, and nothing tells"
            " one noun from the other."
        )
    best = max(words[:-1], key=lambda run: sum(look.weights[i] for i in run))
    name = name_of(look.texts, best)
    share = sum(look.weights[i] for i in mentions(look.texts)[name])
    return (
        f"{look.head}: “{who}” gives “{name}” {percent(share)} of its look. The model"
        f" says “{look.says}”."
    )


def look_back(stories: Mapping[str, Look], question: str) -> kit.Embed:
    """The last word of a story and what it looks at, for each ending.

    Args:
      stories: The look of one head, by what the reader chooses.
      question: What is chosen, as a title of the buttons.
    """
    ending, ending_box = kit.choice(question, list(stories))
    way, way_box = kit.choice("The last word looks", WAYS)
    drawing = Div(
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=INK)],
    )
    parts.follow(
        [ending, way],
        (
            drawing,
            lambda name, how: {"text": look_svg(stories[name], how == WAYS[1])},
        ),
    )
    line = parts.status(
        [ending, way], lambda name, how: look_said(stories[name], how == WAYS[1])
    )
    controls = kit.controls(ending_box, way_box)
    return kit.Embed(
        column(controls, drawing, line, sizing_mode="stretch_width"),
        alt="A story of a few lines; from its last word curves lead back to the words"
        " that it looks at, the thicker the more.",
        status=line,
        table=[
            (question, "the model says", "it looks most at"),
            *(
                (name, look.says, look_said(look, False).split("“")[2].split("”")[0])
                for name, look in stories.items()
            ),
        ],
    )
