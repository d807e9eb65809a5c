"""Does it read? Passages to edit, and what the reader makes of them; live.

Public names: :mod:`sbt_jax.viz.rag`; ``reads.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    InlineStyleSheet,
    Select,
    TextAreaInput,
    TextInput,
)

from sbt_jax.rag import cited
from sbt_jax.viz import kit, parts
from sbt_jax.viz.rag.cases import CASES

ABSENT = "Nobody told me."
LOOK = """
:host { width: 100%; max-width: 100%; overflow-x: clip; font-size: 0.98rem;
  line-height: 1.45; }
ol, li, p { overflow-x: clip; max-width: 100%; box-sizing: border-box; }
ol { margin: 0; padding-left: 1.6rem; color: var(--sbt-ink); }
li { padding: 0.05rem 0.3rem; overflow-wrap: anywhere; }
li.cited { background: color-mix(in srgb, #009e73 24%, transparent);
  border-left: 3px solid #009e73; }
li.out { color: var(--sbt-faint); text-decoration: line-through; }
p { margin: 0.3rem 0; overflow-wrap: anywhere; color: var(--sbt-ink); }
p.answer { font-size: 1.15rem; min-height: 1.7em; }
small { color: var(--sbt-faint); }
"""


def reading_html(
    passages: Sequence[str], answer: str, places: Sequence[int], fit: int
) -> str:
    """Passages, those that are quoted marked, and the answer; mirrored."""
    rows = "".join(
        f'<li class="{"out" if i >= fit else "cited" if i in places else "given"}">'
        f"{html.escape(text)}</li>"
        for i, text in enumerate(passages)
    )
    said = html.escape(answer)
    return (
        f"<small>What stands before it:</small><ol>{rows}</ol><small>It says:</small>"
        + (f'<p class="answer">{said}</p>')
    )


def reading_line(
    answer: str, places: Sequence[int], passages: int, fit: int, main: str = ""
) -> str:
    """What the line says; mirrored in ``reads.mjs``.

    Args:
      answer: What the reader says.
      places: Of the passages that it quotes.
      passages: How many there are.
      fit: How many fit into its window.
      main: How *main* goes on, of the prepared cases.

    Example:
      >>> reading_line("Tom is here.", [1], 3, 3)
      'It quotes passage 2 of 3.'
    """
    if answer == ABSENT:
        said = f"It says that none of the {passages} passages tells."
    elif len(places) == 1:
        said = f"It quotes passage {places[0] + 1} of {passages}."
    elif places:
        said = f"It quotes {len(places)} of {passages} passages."
    else:
        said = "What it says stands in no passage."
    if fit < passages:
        said += f" Only the first {fit} fit into its window."
    return said + (
        f" Main, which never learned to look things up, goes on: {main}" if main else ""
    )


def does_it_read(
    answers: Mapping[str, str],
    mains: Mapping[str, str],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Passages and a question for the reader; live.

    Args:
      answers: By the names of ``CASES`` what the reader says.
      mains: How *main* goes on after the passages as a story.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    name = next(iter(CASES))
    case = CASES[name]
    places = cited(answers[name], case.passages)
    count = len(case.passages)
    pick = Select(title="Passages to begin with", options=list(CASES), value=name)
    wide = {"sizing_mode": "stretch_width"}
    texts = {n: "\n".join(c.passages) for n, c in CASES.items()}
    area = TextAreaInput(title="Passages, one a line", rows=8, **wide)
    box = TextInput(title="Question to the reader", **wide)
    for widget, by_name in (
        (area, texts),
        (box, {n: c.question for n, c in CASES.items()}),
    ):
        parts.follow([pick], (widget, parts.typed(by_name)))
    ask = Button(label="let it read", button_type="primary")
    shown = Div(
        text=reading_html(case.passages, answers[name], places, count),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": "300px"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    line = kit.status(
        reading_line(answers[name], places, count, count, mains[name]), lines=3
    )
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "area": area,
        "box": box,
        "shown": shown,
        "line": line,
        "ask": ask,
        "cases": [[texts[n], CASES[n].question, mains[n], answers[n]] for n in CASES],
    }
    ask.js_on_event("button_click", kit.callback(__file__, figure="read", **shared))
    pick.js_on_change("value", kit.callback(__file__, figure="prepared", **shared))
    for widget in (area, box):
        stale = kit.callback(__file__, figure="typed", **shared)
        widget.js_on_change("value_input", stale)
    return kit.Embed(
        kit.beside([pick, area, box, ask], [shown, line], share=0.46),
        alt="Passages to edit and a question; below them the answer of the reader,"
        " which runs in the browser, with the passage marked that it quotes.",
        status=line,
        table=[
            ("passages", "question", "the reader", "main goes on"),
            *(
                (" ".join(c.passages), c.question, answers[n] or "–", mains[n] or "–")
                for n, c in CASES.items()
            ),
        ],
        runtime=True,
        models=("reader", "world"),
        scripts=scripts,
    )
