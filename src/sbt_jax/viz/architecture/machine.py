"""The machine, and one token on its way through it.

Public names: :mod:`sbt_jax.viz.architecture`; ``machine.mjs`` is the browser half.
"""

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Div, InlineStyleSheet

from sbt_jax.architecture import Config, parameter_count
from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.architecture.lens import DATA, WALKS, token_name
from sbt_jax.viz.parts.svg import Number

ROLES = {
    "embedding": "Looks up the vector of the token. It knows this token, and nothing"
    " of the text around it.",
    "attention": "Looks back: each head brings something from other tokens, and all"
    " heads add to the stream, side by side.",
    "MLP": "Looks at this token's vector alone, and adds what follows from it.",
    "unembedding": "Scales the vector, and compares it with the embedding of every"
    " token. The more they agree, the likelier the token comes next.",
}
INK = """
.bk-clearfix { width: 100%; }
svg { display: block; width: 100%; max-width: 470px; height: auto; margin: 0 auto; }
text { fill: var(--sbt-ink); font: 15.4px var(--sbt-ui); text-anchor: middle;
  font-variant-numeric: tabular-nums; white-space: pre; }
text.start { text-anchor: start; }
text.end { text-anchor: end; }
text.name { font-weight: 650; font-size: 15px; }
text.head { fill: var(--sbt-faint); text-anchor: start; }
path { fill: none; stroke: #7d7d86; stroke-width: 1.4; }
path.stream { stroke: #009e73; stroke-width: 5; }
path.ahead { stroke: var(--sbt-edge); stroke-dasharray: 3 5; stroke-width: 3; }
rect { stroke-width: 1.5; }
rect.embedding { fill: color-mix(in srgb, #009e73 20%, transparent); stroke: #009e73; }
rect.attention { fill: color-mix(in srgb, #2b7bba 20%, transparent); stroke: #2b7bba; }
rect.MLP { fill: color-mix(in srgb, #d55e00 20%, transparent); stroke: #d55e00; }
rect.here { stroke-width: 4; }
rect.token { fill: var(--sbt-raised); stroke: #009e73; stroke-width: 2.5; }
rect.says { fill: color-mix(in srgb, #2b7bba 30%, transparent); stroke: none; }
circle { fill: none; stroke: var(--sbt-edge); stroke-width: 1.2; }
path.was { stroke: var(--sbt-faint); }
path.now { stroke: #d55e00; stroke-width: 2.5; }
.off { opacity: 0.45; }
@keyframes arrive { from { transform: translateY(-38px); } }
.walker { animation: arrive 0.45s ease-in-out; }
@media (prefers-reduced-motion: reduce) { .walker { animation: none; } }
"""
ROW, TOP, STREAM, DIAL, SAYS = 38, 42, 24, 194, 246  # places in the drawing
Row = Sequence[Any]  # guess, p, turn, looks: as `shipped.depths.Step`


def machine_parts(config: Config) -> list[dict[str, Any]]:
    """What a token comes to on its way: names, kinds, shapes and sizes."""
    counts, width = parameter_count(config), config.width
    total = sum(counts.values())
    sizes = {
        "embedding": counts["embedding"],
        "attention": counts["attention"] // config.layers,
        "MLP": counts["mlp"] // config.layers,
        "unembedding": 0,
    }
    shapes = {
        "embedding": f"{config.vocab_size:,} × {width}",
        "attention": f"{config.heads} heads of {config.head}",
        "MLP": f"{config.mlp} units",
        "unembedding": "the embedding again",
    }
    names = [("embedding", "embedding", "embedding")]
    for block in range(1, config.layers + 1):
        names += [
            (f"block {block}, {kind}", f"{kind} {block}", kind)
            for kind in ("attention", "MLP")
        ]
    names += [("unembedding", "unembedding", "unembedding")]
    return [
        {
            "name": name,
            "label": label,
            "kind": kind,
            "shape": shapes[kind],
            "parameters": sizes[kind],
            "share": sizes[kind] / total,
        }
        for name, label, kind in names
    ]


def part_text(part: Mapping[str, Any]) -> str:
    """What a part is, and how large."""
    own = f"{count(part['parameters'])} parameters, {percent(part['share'])} of all"
    size = own if part["parameters"] else "no parameters of its own"
    kind = part["kind"]
    return f"{ROLES[kind]} Size: {part['shape']}, {size}."


def short(text: str, most: int) -> str:
    """A token, cut where there is no room; mirrored in ``machine.mjs``."""
    name = [*token_name(text)]
    return "".join(name if len(name) <= most else [*name[: most - 1], "…"])


def _text(x: Number, y: Number, text: str, look: str) -> str:
    return f'<text class="{look}" x="{x:g}" y="{y:g}">{html.escape(text)}</text>'


def _whole(value: Number) -> int:
    return math.floor(value + 0.5)


def _part(at: int, label: str, kind: str, row: Row, here: int) -> str:
    """A part beside the stream, its turn, and what the stream says after it."""
    y = TOP + ROW * at
    look = "embedding" if kind == "unembedding" else kind
    wires = {
        "embedding": f"M58 {y}H{STREAM}",
        "unembedding": f"M{STREAM} {y}H58",
    }.get(kind, f"M{STREAM} {y - 8}H58M58 {y + 8}H{STREAM}")
    drawn = (
        f'<path d="{wires}"/><rect class="{look}{" here" * (at == here)}" x="58"'
        f' y="{y - 14}" width="120" height="28" rx="6"/>'
    )
    drawn += _text(118, y + 5, label, "name")
    if at > here:
        return f'<g class="off">{drawn}</g>'
    guess, p, turn, _ = row
    if turn is not None:
        drawn += (
            f'<circle cx="{DIAL}" cy="{y}" r="12"/><path class="was" d="M{DIAL} {y}V'
            f'{y - 12}"/><path class="now" d="M{DIAL} {y}V{y - 12}"'
            f' transform="rotate({_whole(turn)} {DIAL} {y})"/>'
        )
        drawn += _text(209, y + 5, f"{_whole(turn)}°", "start")
    drawn += (
        f'<rect class="says" x="{SAYS}" y="{y - 13}" width="{_whole(162 * p)}"'
        f' height="26" rx="3"/>'
    )
    drawn += _text(SAYS + 6, y + 5, short(guess, 11), "start")
    return drawn + _text(404, y + 5, percent(p), "end")


def walk_svg(
    token: str, labels: Sequence[Sequence[str]], rows: Sequence[Row], here: int
) -> str:
    """The machine with a token at one of its parts; mirrored in ``machine.mjs``.

    Args:
      token: That is on its way.
      labels: Of each part: what it is called, and its kind.
      rows: What the stream says after each part.
      here: The part where the token is; what comes later is not yet told.
    """
    high = TOP + ROW * len(rows)
    end, now = TOP + ROW * (len(rows) - 1), TOP + ROW * here
    drawn = _text(58, 14, "part", "head") + _text(182, 14, "turn", "head")
    drawn += _text(SAYS, 14, "it would now say", "head")
    drawn += f'<path class="ahead" d="M{STREAM} {now}V{end}"/>'
    drawn += f'<path class="stream" d="M{STREAM} {TOP}V{now}"/>'
    for at, ((label, kind), row) in enumerate(zip(labels, rows, strict=True)):
        drawn += _part(at, label, kind, row, here)
    drawn += (
        f'<g class="walker"><rect class="token" x="1" y="{now - 14}" width="46"'
        f' height="28" rx="14"/>{_text(STREAM, now + 5, short(token, 5), "name")}</g>'
    )
    return f'<svg viewBox="0 0 410 {high}">{drawn}</svg>'


def walk_line(
    token: str, labels: Sequence[Sequence[str]], rows: Sequence[Row], here: int
) -> str:
    """What happens at one part; mirrored in ``machine.mjs``."""
    guess, p, turn, looks = rows[here]
    label, kind = labels[here]
    who, say = token_name(token), token_name(guess)
    sure = percent(p)
    if kind == "embedding":
        return (
            f"“{who}” is looked up. Its vector knows only itself: it would say “{say}”."
        )
    if kind == "unembedding":
        return f"The machine's answer: after “{who}” comes “{say}”, {sure}."
    said = f"{label} turned the vector of “{who}” by {_whole(turn or 0)}°."
    if looks:
        names = ", ".join(f"“{token_name(name)}”" for name in looks)
        said += f" Its heads looked most at {names}."
    return f"{said} It would now say “{say}”, {sure}."


def down_the_stream(
    config: Config,
    text: str,
    token: str,
    steps: Sequence[Row],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """The model as a drawing, and the last token of a text on its way down.

    Args:
      config: The sizes of the model.
      text: The text that is shown first.
      token: Its last token.
      steps: What :func:`sbt_jax.shipped.depths.walk_on_text` says of it.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.

    Raises:
      ValueError: If there are not as many steps as parts.
    """
    drawn = machine_parts(config)
    if len(steps) != len(drawn) - 1:
        raise ValueError(f"steps must be {len(drawn) - 1}, got {len(steps)}")
    rows = [list(step) for step in steps]
    rows += [[*rows[-1][:2], None, []]]  # the unembedding says what stands there
    labels = [[part["label"], part["kind"]] for part in drawn]
    box, pick = parts.text_box("Your text", text, WALKS, rows=3)
    by_name = {part["name"]: part for part in drawn}
    place = parts.slider("Where the token is", list(by_name))
    walk = Button(label="walk from the start", button_type="primary")
    about = parts.passage([place], lambda name: (part_text(by_name[name]),))
    last = len(rows) - 1
    drawing = Div(
        text=walk_svg(token, labels, rows, last),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=INK)],
    )
    line = kit.status(walk_line(token, labels, rows, last), lines=3)
    does = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer), labels]),
        "box": box,
        "place": place,
        "walk": walk,
        "drawing": drawing,
        "line": line,
    }
    update = kit.callback(__file__, figure="walk", **does)
    for model, name in ((box, "value"), (box, "value_input"), (place, "value")):
        model.js_on_change(name, update)
    walk.js_on_event("button_click", kit.callback(__file__, figure="play", **does))
    return kit.Embed(
        column(
            kit.beside([walk, place, pick, box], [drawing]),
            line,
            about,
            sizing_mode="stretch_width",
        ),
        alt="A drawing of the model: a line down from the embedding to the unembedding,"
        " attention and MLP of each block beside it, a token on the line, and what it"
        " would say after each part.",
        status=line,
        table=[
            ("part", "turn", "it would now say"),
            *(
                (
                    part["name"],
                    "–" if row[2] is None else f"{_whole(row[2])}°",
                    f"{token_name(row[0])} {percent(row[1])}",
                )
                for part, row in zip(drawn, rows, strict=True)
            ),
        ],
        runtime=True,
        models=DATA,
        scripts=scripts,
    )
