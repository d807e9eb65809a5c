"""The logit lens of chapter 5: the model's best guess at every depth.

Public names: :mod:`sbt_jax.viz.architecture`; ``machine.mjs`` is the browser half.
"""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Div, InlineStyleSheet, Select

from sbt_jax.architecture import Config
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

LIVE = str(Path(__file__).with_name("machine.py"))  # whose .mjs does it
DATA = ("main", "world")  # scripts of shipped data that the browser half needs
EXAMPLES = {
    "who has the ball": "One sunny day Anna and Tom were in the barn. Anna had a red"
    " ball. With a smile Anna gave it to Tom. Who has the ball now? Tom",
    "without the gift": "One sunny day Anna and Tom were in the barn. Anna had a red"
    " ball. Who has the ball now? Anna",
    "two friends": "Once there was a girl called Rosa. Her best friend was Finn. She"
    " and Finn were often on the bridge. Rosa had a red",
    "not of this world": "The capital of France is",
}
# The same up to where the answer is to be said.
WALKS = {
    "who has the ball": EXAMPLES["who has the ball"].removesuffix(" Tom"),
    "without the gift": EXAMPLES["without the gift"].removesuffix(" Anna"),
    "two friends": EXAMPLES["two friends"],
    "not of this world": EXAMPLES["not of this world"],
}
TABLE = """
:host { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.82rem; color: var(--sbt-ink); }
th { font-weight: 600; text-align: left; padding: 0.12rem 0.2rem; }
td { padding: 0.12rem 0.2rem; border: 1px solid var(--sbt-rule); max-width: 6.5rem;
  overflow-wrap: anywhere; white-space: pre-wrap; }
td small { display: block; white-space: nowrap; color: var(--sbt-ink);
  font-size: 0.7rem; }
@media (max-width: 420px) {
  table { font-size: 0.72rem; }
  th, td { padding: 0.1rem 0.1rem; }
}
.hit { font-weight: 700; text-decoration: underline 2px #009e73; }
"""
Guess = tuple[str, float, bool]  # a token, its probability, whether it came
MOST = 10  # positions shown


def token_name(text: str) -> str:
    """A token as a cell shows it; mirrored in ``machine.mjs``."""
    if text == "<end>":
        return "(start or end)"
    return text.strip(" ") or "␣"


def lens_html(tokens: Sequence[str], rows: Sequence[Sequence[Guess]]) -> str:
    """A row for each token read, a cell for each depth; mirrored in the browser."""
    depths = len(rows[0]) if rows else 0
    heads = ["read", "start", *(f"block {i}" for i in range(1, depths))]
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = ""
    for token, guesses in zip(tokens, rows, strict=True):
        cells = "".join(
            f'<td style="background:color-mix(in srgb, #2b7bba {70 * p:.0f}%,'
            f' transparent)"><span{" class=hit" if hit else ""}>'
            f"{html.escape(token_name(text))}</span><small>{percent(p)}</small></td>"
            for text, p, hit in guesses
        )
        body += f'<tr><th scope="row">{html.escape(token_name(token))}</th>{cells}</tr>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def lens_line(
    loss: float | None, skipped: str, without: float | None, hits: Sequence[int]
) -> str:
    """What the lens and the skip show; mirrored in ``machine.mjs``."""
    if loss is None or without is None:
        return "Nothing has come yet that the model could be surprised at."
    said = f"Loss on your text: {loss:.2f} nats a token."
    if skipped != "nothing":
        said += f" With {skipped} skipped: {without:.2f}."
    counts = ", ".join(str(n) for n in hits)
    return f"{said} Right guesses among the places shown, by depth: {counts}."


def guess_at_every_depth(
    config: Config,
    text: str,
    tokens: Sequence[str],
    rows: Sequence[Sequence[Guess]],
    loss: float,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The logit lens at every layer and position, and the loss with parts skipped.

    Args:
      config: The sizes of the model.
      text: The text that is shown first.
      tokens: Its tokens, the mark before it included.
      rows: For each of them, the best guess at each depth.
      loss: Mean surprise at the text, in nats a token.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    box, pick = parts.text_box("Your text", text, EXAMPLES, rows=5)
    blocks = range(1, config.layers + 1)
    skips = ["nothing", *(f"block {i}" for i in blocks)]
    skips += [f"block {i}, {part}" for i in blocks for part in ("attention", "MLP")]
    skip = Select(title="Skip", options=skips, value="nothing")
    shown, kept = list(tokens)[-MOST:], list(rows)[-MOST:]
    hits = [sum(row[depth][2] for row in kept) for depth in range(config.layers + 1)]
    table = Div(
        text=lens_html(shown, kept),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=TABLE)],
    )
    more = f" Shown are the last {MOST} of {len(tokens)} tokens."
    line = kit.status(
        lens_line(loss, "nothing", loss, hits) + more * (len(tokens) > MOST)
    )
    update = kit.callback(
        LIVE,
        figure="lens",
        box=box,
        skip=skip,
        table=table,
        line=line,
        most=MOST,
        shelf=ColumnDataSource({}, tags=[dict(tokenizer)]),
    )
    for model, name in ((box, "value"), (box, "value_input"), (skip, "value")):
        model.js_on_change(name, update)
    return kit.Embed(
        column(
            kit.beside([skip, pick, box], [table]), line, sizing_mode="stretch_width"
        ),
        alt="A table with a row for each token of the text and a column for each depth"
        " of the model: its best guess there of what comes next.",
        status=line,
        table=[
            ("read", "start", *(f"block {i}" for i in blocks)),
            *(
                (token_name(t), *(token_name(g[0]) for g in row))
                for t, row in zip(shown, kept, strict=True)
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
