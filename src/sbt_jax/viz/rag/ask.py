"""Ask this book: its passages, ranked in the browser; live.

Public names: :mod:`sbt_jax.viz.rag`; ``ask.mjs`` is the browser half. The passages come
with the built book (:mod:`sbt_jax.rag.shelf`), so the first frame is ranked there, too.
"""

import html
from collections.abc import Mapping, Sequence

from bokeh.models import ColumnDataSource, Div, InlineStyleSheet, Slider, Toggle

from sbt_jax.rag import QUESTIONS, SEARCHES, STOP_WORDS
from sbt_jax.rag.shelf import NAME
from sbt_jax.viz import kit, parts

FIRST = "Why must the model not see the future?"
LOOK = """
:host { width: 100%; max-width: 100%; overflow-x: clip; }
.found { padding: 0.25rem 0; border-top: 1px solid var(--sbt-rule);
  font-size: 0.92rem; line-height: 1.4; overflow-wrap: anywhere; min-height: 5.6rem;
  color: var(--sbt-ink); }
.found p { margin: 0.1rem 0 0; color: var(--sbt-ink); }
.found a { color: var(--sbt-ink); text-decoration: underline; }
mark { color: var(--sbt-ink);
  background: color-mix(in srgb, #2b7bba 24%, transparent); }
"""


def passage_html(
    place: int,
    chapter: int,
    title: str,
    address: str,
    shown: Sequence[tuple[str, bool]],
) -> str:
    """One passage: its place, where it stands, some words; mirrored in ``ask.mjs``."""
    words = " ".join(
        f"<mark>{html.escape(text)}</mark>" if marked else html.escape(text)
        for text, marked in shown
    )
    link = (
        f'<a href="{html.escape(address)}">Chapter {chapter}: {html.escape(title)}</a>'
    )
    return f'<div class="found"><b>{place}.</b> {link}<p>{words}</p></div>'


def ask_line(
    search: str, passages: int, found: int, right: Sequence[str], place: int
) -> str:
    """What the line says; mirrored in ``ask.mjs``.

    Args:
      search: One of :data:`sbt_jax.rag.SEARCHES`.
      passages: How many there are.
      found: How many sections are shown, each by its best passage.
      right: Titles of the sections that answer, if that is known.
      place: Of the first of them among the best ten; 0 if it is not there.

    Example:
      >>> ask_line("BM25", 400, 3, ["Temperature"], 2)
      'The answer is in “Temperature”: BM25 finds it at place 2.'
    """
    if not found:
        said = f"Its {passages} passages share nothing with this."
        return f"{search}: no passage fits. {said}"
    if not right:
        said = f"Is an answer among the first {found}?"
        return f"{search} ranked {passages} passages. {said}"
    where = f"The answer is in “{right[0]}”"
    if not place:
        missed = f"does not have it among its best ten of {passages} passages"
        return f"{where}. {search} {missed}."
    if place <= found:
        return f"{where}: {search} finds it at place {place}."
    return f"{where}: {search} finds it only at place {place}, below what is shown."


def ask_this_book(titles: Mapping[str, str]) -> kit.Embed:
    """A question to the book, and the passages that fit it best; live.

    Args:
      titles: Of the chapters by page, for the table that stands there without
        JavaScript.
    """
    examples = {one.text: one.text for one in QUESTIONS}
    examples = {FIRST: FIRST} | examples
    box, pick = parts.text_box("Your question to this book", FIRST, examples, rows=2)
    how, ways = kit.choice("Search by", SEARCHES)
    count = Slider(title="places shown", value=3, start=1, end=5, step=1)
    size = Slider(title="words a passage", value=200, start=30, end=300, step=10)
    k1 = Slider(title="k₁ of BM25", value=1.2, start=0, end=3, step=0.1)
    b = Slider(title="b of BM25", value=0.75, start=0, end=1, step=0.05)
    titled = Slider(title="times that titles count", value=3, start=0, end=5, step=1)
    plain = Toggle(label="cut endings, skip small words", active=True)
    for one in (count, size, titled, k1, b):
        one.sizing_mode = "stretch_width"
    found = Div(
        text="<p>The passages are on their way.</p>",
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "360px"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(
        "The book is searched in your browser. The answer to this one is in chapter 4."
        " Is it among these?",
        lines=2,
    )
    start = ColumnDataSource({}, tags=["sbt-start"])
    shared = {
        "box": box,
        "how": how,
        "count": count,
        "size": size,
        "k1": k1,
        "b": b,
        "titled": titled,
        "plain": plain,
        "small": sorted(STOP_WORDS),
        "list": found,
        "line": line,
        "questions": [[one.text, list(one.sections)] for one in QUESTIONS],
        "searches": list(SEARCHES),
        "first": [FIRST, line.text],
    }
    draw = kit.callback(__file__, **shared)
    start.js_on_change("change", draw)
    # A source is carried along only by what refers to it.
    found.tags = [start]
    for widget in (count, size, titled, k1, b):
        widget.js_on_change("value", draw)
    how.js_on_change("active", draw)
    plain.js_on_change("active", draw)
    for name in ("value", "value_input"):
        box.js_on_change(name, draw)
    return kit.Embed(
        kit.beside(
            [pick, box, ways, plain, count, size, titled, k1, b],
            [found, line],
            share=0.4,
        ),
        alt="A question to this book and the passages that fit it best, with the words"
        " that both share marked; buttons choose how they are ranked.",
        status=line,
        table=[
            ("a question", "the chapter that answers"),
            *(
                (one.text, titles.get(page, page))
                for one in QUESTIONS
                for page in [one.sections[0].partition("#")[0]]
            ),
        ],
        runtime=True,
        models=(NAME,),
    )
