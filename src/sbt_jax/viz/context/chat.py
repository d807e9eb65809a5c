"""A chat in a window: what is not sent, the model does not know; live.

Public names: :mod:`sbt_jax.viz.context`; the browser half is ``context/chat.mjs``.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import (
    Button,
    ColumnDataSource,
    Div,
    InlineStyleSheet,
    Select,
    Slider,
    TextInput,
)

from sbt_jax.context import POLICIES, Sent
from sbt_jax.context.chats import LEAD, UNTOLD
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts

CHAT = (
    "Maya Holt lives in Kirby.",
    "Tom gave the kite to Anna.",
    "Leo Reed is a baker.",
    "The lamp is in the basket.",
    "Ida Frost has a pig.",
    "Anna gave the kite to Max.",
    "The doll is behind the door.",
    "Ella Lane lives in Seaton.",
    "Max gave the book to Rosa.",
    "The cup is under the bed.",
    "Tom Snow is a singer.",
)
SMALL_TALK = (
    "The drum is in the tall grass.",
    "Rosa gave the bell to Hugo.",
    "The rope is behind the wall.",
    "Hugo gave the ring to Zoe.",
    "The scarf is under the bench.",
    "Zoe gave the lamp to Finn.",
)
QUESTIONS = {
    "what came first": "Where does Maya Holt live?",
    "what came third": "What does Leo Reed do?",
    "what came last": "What does Tom Snow do?",
    "what nobody told": "Where does Noah Pike live?",
}
WINDOW = (32, 96, 256)  # the least, the first, the most
CLIP = 90  # characters of a message that are shown
LOOK = """
:host, .bk-clearfix { width: 100%; }
.turn { margin: 0 0 2px; padding: 1px 8px; border-left: 4px solid var(--sbt-rule);
  line-height: 1.5; font-size: 0.97rem; overflow-wrap: anywhere; max-width: 100%;
  box-sizing: border-box; color: var(--sbt-ink); }
.turn small { float: right; color: var(--sbt-faint); font-size: 0.8rem;
  margin-left: 0.5rem; }
.in { border-color: #2b7bba;
  background: color-mix(in srgb, #2b7bba 14%, transparent); }
.out { color: var(--sbt-faint); text-decoration: line-through;
  border-left-style: dashed; }
.asked { margin-top: 8px; border-color: #7d7d86; }
.right { border-color: #009e73; font-weight: 600;
  background: color-mix(in srgb, #009e73 18%, transparent); }
.wrong { border-color: #d55e00; font-weight: 600;
  background: color-mix(in srgb, #d55e00 18%, transparent); }
"""


def clipped(text: str) -> str:
    """The beginning of a message, as it is shown; mirrored in ``chat.mjs``.

    Example:
      >>> clipped("Tom is here."), len(clipped("a" * 5000))
      ('Tom is here.', 91)
    """
    return text if len(text) <= CLIP else f"{text[:CLIP]}…"


def _turn(look: str, text: str, note: str = "") -> str:
    small = f"<small>{html.escape(note)}</small>" if note else ""
    return f'<div class="turn {look}">{small}{html.escape(clipped(text))}</div>'


def chat_html(
    messages: Sequence[str],
    costs: Sequence[int],
    kept: Sent,
    question: str,
    answer: str,
    right: bool,
) -> str:
    """Every message, sent or not, the question and the answer; mirrored."""
    turns = []
    for at, (text, cost) in enumerate(zip(messages, costs, strict=True)):
        look = "in" if at in kept.places else "out"
        turns.append(_turn(look, text, f"{cost}"))
    if len(kept.texts) == 1 and kept.texts[0] not in messages:
        turns.append(_turn("in", f"sent instead: {kept.texts[0]}"))
    turns.append(_turn("asked", question))
    turns.append(_turn("right" if right else "wrong", answer or "…"))
    return "".join(turns)


def chance(p: float) -> str:
    """A probability in words; mirrored.

    Example:
      >>> chance(0.983), chance(0.002)
      ('98 %', 'under 1 %')
    """
    return percent(p) if p >= 0.01 else "under 1 %"


def chat_line(
    window: int,
    kept: int,
    messages: int,
    tokens: int,
    taken: int,
    needed: str,
    p: float,
) -> str:
    """What the line says; mirrored.

    Args:
      window: Tokens of the window.
      kept: Messages that are sent.
      messages: Messages there are.
      tokens: Of those that are sent.
      taken: Tokens of the question, and those that are kept free for the answer.
      needed: ``sent``, ``left out``, or ``untold`` where nobody told.
      p: What the model gives to the right answer.
    """
    why = {
        "sent": "What it needs was sent.",
        "left out": "What it needs was not sent.",
        "untold": "Nobody told it, and the right answer is to say so.",
    }[needed]
    return (
        f"A window of {count(window)} tokens: {count(kept)} of {count(messages)}"
        f" messages are sent, {count(tokens)} tokens; the question and room for the"
        f" answer take {count(taken)}. {why} The right answer gets {chance(p)}."
    )


def chat_in_a_window(
    costs: Sequence[int],
    kept: Sent,
    sizes: int,
    room: int,
    answer: str,
    p: float,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A chat, a window that slides over it, and what the model then answers; live.

    Args:
      costs: Tokens of each message of ``CHAT``.
      kept: What of it is sent at first.
      sizes: Tokens of that.
      room: Tokens that it may have.
      answer: What the model says to the first of ``QUESTIONS``.
      p: What it gives to the right answer.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    question, right = QUESTIONS["what came first"], CHAT[0]
    least, first, most = WINDOW
    shown = Div(
        text=chat_html(CHAT, costs, kept, question, answer, answer == right),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )
    needed = "sent" if 0 in kept.places else "left out"
    line = kit.status(
        chat_line(first, len(kept.places), len(CHAT), sizes, first - room, needed, p),
        lines=5,
    )
    window = Slider(title="window, tokens", start=least, end=most, value=first, step=8)
    window.sizing_mode = "stretch_width"
    policy = Select(
        title="When it is too long", options=list(POLICIES), value=POLICIES[0]
    )
    box, pick = parts.text_box("Your question", question, QUESTIONS, offer="Ask for")
    told = "Nora Cole has a goat."
    tell = TextInput(title="Tell it something", value=told, value_input=told)
    for widget in (policy, pick, tell):
        widget.sizing_mode = "stretch_width"
    say = Button(label="say it", button_type="primary")
    more = Button(label="small talk")
    source = ColumnDataSource({"message": list(CHAT)})
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "source": source,
        "shown": shown,
        "line": line,
        "slider": window,
        "policy": policy,
        "box": box,
        "tell": tell,
        "words": [LEAD, UNTOLD],
    }
    begun = {"shown": shown.text, "line": line.text, "question": question}
    begun |= {"window": first, "policy": POLICIES[0], "messages": list(CHAT)}
    look = kit.callback(__file__, figure="look", first=begun, **shared)
    window.js_on_change("value", look)
    policy.js_on_change("value", look)
    for name in ("value", "value_input"):
        box.js_on_change(name, look)
    tell.js_on_change(
        "value_input", kit.callback(__file__, figure="typed", first=begun, **shared)
    )
    for button, figure in ((say, "say"), (more, "chatter")):
        button.js_on_event(
            "button_click",
            kit.callback(
                __file__, figure=figure, talk=list(SMALL_TALK), first=begun, **shared
            ),
        )
    controls = [window, policy, pick, box, tell, kit.controls(say, more), line]
    return kit.Embed(
        column(
            kit.beside(controls, [shown], least=230, share=0.42),
            sizing_mode="stretch_width",
        ),
        alt="A chat of short messages. Those that do not fit the window are struck out;"
        " below them a question and what the model answers.",
        status=line,
        table=[
            ("message", "tokens", "sent"),
            *(
                (text, cost, "yes" if at in kept.places else "no")
                for at, (text, cost) in enumerate(zip(CHAT, costs, strict=True))
            ),
            (question, "", answer),
        ],
        runtime=True,
        models=("reader", "world"),
        scripts=scripts,
    )
