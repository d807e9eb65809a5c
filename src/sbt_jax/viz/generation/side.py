"""One beginning, and how several systems go on with it; live.

Public names: :mod:`sbt_jax.viz.generation`; ``side.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Div, InlineStyleSheet

from sbt_jax.generation import Sampling
from sbt_jax.generation.engines import WAYS
from sbt_jax.viz import kit, parts

OTTO = "Once there was a man called Otto."
BEGINNINGS = {
    "Otto": OTTO,
    "two friends": "One snowy evening Max and Ida were in the tower.",
    "a lost key": "On Sunday Ruby went to the forest. Hugo was there too."
    " There was a golden key in the tall grass.",
    "not of this world": "The capital of France is",
}
STEPS = 54  # tokens of each: enough to see that one repeats itself
LOOK = """
:host { width: 100%; }
.way { display: grid; grid-template-columns: 9.6rem 1fr; column-gap: 0.9rem;
  padding: 0.3rem 0; border-top: 1px solid var(--sbt-rule); min-height: 4.1rem;
  font-size: 0.95rem; line-height: 1.4; overflow-wrap: anywhere; }
.way b { display: block; }
.way small { color: var(--sbt-faint); font-size: 0.8rem; line-height: 1.3;
  display: block; }
.way p { margin: 0; white-space: pre-wrap; }
@media (max-width: 560px) { .way { grid-template-columns: 1fr; min-height: 9rem; }
  .way small { display: inline; } .way b { display: inline; margin-right: 0.5rem; } }
"""


def setting(sampling: Sampling) -> str:
    """A setting in words.

    Example:
      >>> setting(Sampling(0.8, top_k=40)), setting(Sampling())
      ('temperature 0.8, top-k 40', 'temperature 1, nothing cut')
    """
    if sampling.temperature == 0:
        return "always the likeliest"
    cuts = {
        "top-k": sampling.top_k,
        "top-p": sampling.top_p if sampling.top_p < 1 else None,
        "min-p": sampling.min_p or None,
    }
    said = [f"{name} {value:g}" for name, value in cuts.items() if value is not None]
    return ", ".join([f"temperature {sampling.temperature:g}", *said]) + (
        "" if said or sampling.temperature != 1 else ", nothing cut"
    )


def way_html(name: str, how: str, text: str, off: str = "") -> str:
    """One row: who chooses, how, and what came out; mirrored in ``side.mjs``."""
    told = kit.passage_html(text.lstrip(" "), off if text else off.lstrip(" "))
    return (
        f'<div class="way"><div><b>{html.escape(name)}</b>'
        f"<small>{html.escape(how)}</small></div>{told}</div>"
    )


def side_line(seed: int, slipped: Sequence[str]) -> str:
    """What the line says of all rows; mirrored in ``side.mjs``.

    Example:
      >>> side_line(1, ["too hot"])
      'Seed 1, the same dice for all. Underlined is what no story could say: too hot.'
    """
    said = f"Seed {seed}, the same dice for all."
    if not slipped:
        return f"{said} All of it could be of the world."
    return f"{said} Underlined is what no story could say: {', '.join(slipped)}."


def javascript(sampling: Sampling) -> dict[str, Any]:
    """A setting as ``sbt.sampler`` takes it.

    Example:
      >>> javascript(Sampling(0.5, top_k=3))["topK"]
      3
    """
    names = {
        "repetition_penalty": "repetitionPenalty",
        "temperature": "temperature",
        "top_k": "topK",
        "top_p": "topP",
        "min_p": "minP",
    }
    found = {js: getattr(sampling, name) for name, js in names.items()}
    found = {name: value for name, value in found.items() if value is not None}
    return found | {"order": [names[name] for name in sampling.order]}


def side_by_side(
    stories: Mapping[str, tuple[str, str]],
    seed: int,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """What each of ``WAYS`` makes of one beginning, and a button to draw again; live.

    Args:
      stories: By the names of ``WAYS`` what follows ``OTTO``, in :func:`halves`.
      seed: With which they were drawn.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    rows = Div(
        text="".join(way_html(n, setting(WAYS[n]), *stories[n]) for n in WAYS),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=kit.PASSAGE + LOOK)],
    )
    slipped = [name for name in WAYS if stories[name][1]]
    line = kit.status(side_line(seed, slipped))
    box, pick = parts.text_box("The beginning", OTTO, BEGINNINGS, offer="Begin with")
    pick.styles = {"flex": "1 1 150px", "min-width": "0"}
    box.styles = {"flex": "3 1 240px", "min-width": "0"}
    again = Button(label="draw again", button_type="primary")
    shared = {
        "tokenizer": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "rows": rows,
        "line": line,
        "again": again,
        "steps": STEPS,
        "ways": [[n, setting(how), javascript(how)] for n, how in WAYS.items()],
    }
    first = {"text": OTTO, "rows": rows.text, "line": line.text}
    begin = kit.callback(__file__, figure="begin", first=first, **shared)
    for name in ("value", "value_input"):
        box.js_on_change(name, begin)
    again.js_on_event("button_click", kit.callback(__file__, figure="write", **shared))
    return kit.Embed(
        column(kit.controls(pick, box, again), rows, line, sizing_mode="stretch_width"),
        alt="One beginning of a story, and five ways to choose each next word: what"
        " each of them writes. A button draws all of them again.",
        status=line,
        table=[
            ("who chooses", "how", "it wrote"),
            *((n, setting(WAYS[n]), "".join(stories[n])) for n in WAYS),
        ],
        runtime=True,
        models=("main", "world"),
        scripts=scripts,
    )
