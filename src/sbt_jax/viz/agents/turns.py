"""A transcript as a reader sees it: who wrote each part, and what it costs to read.

Public names: :mod:`sbt_jax.viz.agents`; mirrored in ``act.mjs``.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.models import Div, InlineStyleSheet

from sbt_jax.agents import TOOLS, Part
from sbt_jax.agents.tools import NOT_ALLOWED
from sbt_jax.numbers import count

CLIP = 160  # characters of a part that are shown
FIRST, LAST = 4, 7  # parts of a long run that are shown
WHO = {
    "<user>": "the user asks",
    "<think>": "the model thinks",
    "<call>": "the model calls",
    "<result>": "a tool answers",
    "<model>": "the model answers",
}
LOOK = """
:host, .bk-clearfix { width: 100%; }
.turn { margin: 0 0 2px; padding: 1px 8px; border-left: 4px solid var(--sbt-rule);
  line-height: 1.42; font-size: 0.95rem; overflow-wrap: anywhere; max-width: 100%;
  box-sizing: border-box; color: var(--sbt-ink); }
.turn small { color: var(--sbt-faint); font-size: 0.8rem; }
.turn small.n { float: right; margin-left: 0.5rem; }
.user { border-color: #2b7bba;
  background: color-mix(in srgb, #2b7bba 14%, transparent); }
.tool { border-color: #009e73;
  background: color-mix(in srgb, #009e73 14%, transparent); }
.you { border-color: #b96a9b;
  background: color-mix(in srgb, #b96a9b 20%, transparent); }
.bad { border-color: #d55e00;
  background: color-mix(in srgb, #d55e00 18%, transparent); }
.answer { font-weight: 600; }
"""


def label_of(part: Part) -> tuple[str, str]:
    """The look of a part, and who wrote it; mirrored.

    Example:
      >>> label_of(Part("<result>", "Tom is here.", "model"))
      ('bad', 'the model makes this result up')
    """
    if part.mark == "<result>":
        if part.source == "model":
            return "bad", "the model makes this result up"
        if part.source == "you":
            return "you", "you changed this result"
        if part.error:
            gate = part.text == NOT_ALLOWED
            return "bad", "the gate answers" if gate else "a tool reports an error"
        return "tool", WHO[part.mark]
    if part.mark == "<user>" and part.source == "user":
        return "user", WHO[part.mark]
    if part.mark == "<model>":
        return "answer", WHO[part.mark]
    return "plain", WHO.get(part.mark, "the model writes")


def clipped(text: str) -> str:
    """The beginning of a part, as it is shown; mirrored."""
    return text if len(text) <= CLIP else f"{text[:CLIP]}…"


def transcript_html(parts: Sequence[Part], costs: Sequence[int]) -> str:
    """Every part in a line of its own, of a long run the ends; mirrored.

    Example:
      >>> made = transcript_html([Part("<user>", "<b>", "user")], [5])
      >>> "&lt;b&gt;" in made, made.count("div")
      (True, 2)
    """
    rows = []
    for part, cost in zip(parts, costs, strict=True):
        look, who = label_of(part)
        rows.append(
            f'<div class="turn {look}"><small class="n">{cost}</small>'
            f"<small>{who}</small> {html.escape(clipped(part.text))}</div>"
        )
    left = len(rows) - FIRST - LAST
    if left > 1:
        more = f'<div class="turn plain"><small>and {left} more</small></div>'
        rows = [*rows[:FIRST], more, *rows[-LAST:]]
    return "".join(rows)


def shown(parts: Sequence[Part], costs: Sequence[int], high: int) -> Div:
    """A transcript that is drawn, with room for a whole run."""
    return Div(
        text=transcript_html(parts, costs),
        disable_math=True,
        sizing_mode="stretch_width",
        styles={"min-height": f"{high}px", "box-sizing": "border-box"},
        stylesheets=[InlineStyleSheet(css=LOOK)],
    )


def contexts(parts: Sequence[Part], costs: Sequence[int]) -> list[int]:
    """How many tokens stood before the model at each of its turns; mirrored.

    Example:
      >>> contexts([Part("<user>", "", "user"), Part("<model>", "", "model")], [9, 5])
      [9]
    """
    found, size, mine = list[int](), 0, False
    for part, cost in zip(parts, costs, strict=True):
        if part.source == "model" and not mine:
            found.append(size)
        mine = part.source == "model"
        size += cost
    return found


def watch_line(parts: Sequence[Part], costs: Sequence[int], ended: str) -> str:
    """What the line says of a run; mirrored.

    Args:
      parts: Of the transcript.
      costs: Tokens of each.
      ended: Why it ended; nothing while it goes on.
    """
    calls = sum(part.mark == "<call>" and part.source == "model" for part in parts)
    before, size = contexts(parts, costs), sum(costs)
    state = {
        "": "It goes on: press “next step”.",
        "answered": "It has answered.",
        "steps": "Stopped: too many calls.",
        "tokens": "Stopped: its window is full.",
        "malformed": "Stopped: that was no call.",
    }[ended]
    said = f"{count(calls)} {'call' if calls == 1 else 'calls'},"
    said += f" {count(size)} tokens. {state}"
    if len(before) < 2:
        return said
    return (
        f"{said} Over {count(len(before))} turns it reads {count(sum(before))} tokens"
        f" if it begins anew at each, {count(before[-1])} if it keeps what it has read."
    )


def tool_specs() -> list[dict[str, Any]]:
    """The tools as the browser reads them."""
    return [
        {
            "name": tool.name,
            "form": tool.form,
            "acts": tool.acts,
            "arguments": [
                {"name": a.name, "choices": list(a.choices), "pattern": a.pattern}
                for a in tool.arguments
            ],
        }
        for tool in TOOLS
    ]


def on_file(facts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """An archive as plain values."""
    return {who: dict(own) for who, own in facts.items()}
