"""Train your own: a tiny model of the reader's text, in the reader's browser.

Public names: :mod:`sbt_jax.viz.training`; ``own.mjs`` is the browser half.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bokeh.layouts import column
from bokeh.models import (
    Button,
    CategoricalSlider,
    ColumnDataSource,
    Div,
    InlineStyleSheet,
    NumeralTickFormatter,
    RadioButtonGroup,
    Range1d,
    TextAreaInput,
    UIElement,
)

from sbt_jax.training import Learned, known_losses
from sbt_jax.training.own import HEADS, LAYERS, TOKENS
from sbt_jax.viz import kit, parts
from sbt_jax.viz.training.progress import (
    SHOWN,
    curve,
    lines_html,
    marks,
    own_line,
    rows_of,
    standing_of,
)

WIDTHS = (16, 24, 32)
RATES = ("0.001", "0.005", "0.02", "0.05", "0.2")
PLANS = (300, 1000, 3000)  # updates
KEPT = (0, 10, 100)  # updates after which what it writes stays to be seen
COLORS = {"lines it reads": kit.BLUE, "lines held back": kit.ORANGE}
BEFORE = {"the run before": f"{kit.BLUE}40"}
FLOORS = {"blind guessing": kit.GREY, "counting pairs": kit.GREEN}
LINES = """
:host { min-height: 14.5rem; overflow-wrap: anywhere; color: var(--sbt-ink); }
p { margin: 0 0 0.25rem; line-height: 1.4; font-size: 0.95rem; min-height: 3.5rem; }
b { display: block; font-weight: 600; font-size: 0.75rem; color: var(--sbt-faint); }
span { display: inline-block; margin-right: 0.9rem; white-space: pre-wrap;
  max-width: 100%; }
.copied { border-bottom: 2px dotted #d55e00; }
.held { border-bottom: 2px solid #009e73; }
small { font-size: 0.72rem; color: var(--sbt-faint); }
"""
MAIN = """
.bk-btn { color: var(--sbt-paper); background: var(--sbt-accent); font-weight: 600;
  border-color: var(--sbt-accent); min-width: 6rem; }
.bk-btn:hover { color: var(--sbt-paper); background: var(--sbt-accent);
  text-decoration: underline; }
"""

FIRST = (
    "While this page was built, JAX did what your browser will do when you press train."
)


class _Controls(NamedTuple):
    """What a reader sets."""

    pick: RadioButtonGroup
    box: TextAreaInput
    size: RadioButtonGroup
    rate: CategoricalSlider
    plan: CategoricalSlider
    train: Button
    again: Button


def _controls(
    examples: Mapping[str, str], learned: Learned
) -> tuple[_Controls, list[UIElement]]:
    """The widgets, and how they stand."""
    text = next(iter(examples.values()))
    pick, pick_box = kit.choice("Learn from", list(examples))
    box = TextAreaInput(
        title="Or your own text, a name a line",
        rows=7,
        sizing_mode="stretch_width",
        value=text,
        value_input=text,
    )
    size, size_box = kit.choice("Width of the model", [str(width) for width in WIDTHS])
    size.active = WIDTHS.index(learned.config.width)
    rate = parts.slider("learning rate", RATES)
    rate.value = f"{learned.settings.learning_rate:g}"
    plan = parts.slider("updates", [f"{steps:,}" for steps in PLANS])
    plan.value = f"{learned.settings.steps:,}"
    train = Button(label="train", stylesheets=[InlineStyleSheet(css=MAIN)])
    again = Button(label="start again")
    made = _Controls(pick, box, size, rate, plan, train, again)
    return made, [pick_box, box, size_box, rate, plan, kit.controls(train, again)]


def _plot(learned: Learned, sources: Mapping[str, ColumnDataSource]) -> tuple[Any, ...]:
    """The curves, over the losses of one who knows nothing, or counts pairs."""
    floors = known_losses(learned.letters)
    plot = kit.axes(
        x_axis_type="log",
        x_range=Range1d(1, learned.settings.steps),
        y_range=Range1d(0, 1.08 * floors[0]),
        x_axis_label="updates",
        y_axis_label="loss, nats a letter",
        height=195,
    )
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    for name, color in zip(("read", "held"), COLORS.values(), strict=True):
        old = sources[f"{name} before"]
        plot.line("x", "y", color=color, line_width=7, alpha=0.25, source=old)
        plot.line("x", "y", color=color, line_width=2, source=sources[name])
    spans = [
        parts.mark(floor, color, across=True)
        for floor, color in zip(floors, FLOORS.values(), strict=True)
    ]
    for span in spans:
        plot.add_layout(span)
    return plot, spans


def your_own(learned: Learned, examples: Mapping[str, str]) -> kit.Embed:
    """A tiny transformer that the reader trains, on any text, in the browser; live.

    The first frame is what JAX found of the first example with the same weights at
    the start, and the same batches, as the browser will take.

    Args:
      learned: From :func:`sbt_jax.training.learn_letters`, of the first example.
      examples: Texts by name.
    """
    now = standing_of(learned)
    line = kit.status(f"{FIRST} {own_line(now)}")
    none: dict[str, list[Any]] = {"x": [], "y": []}
    sources = {
        "read": ColumnDataSource(curve(learned.losses)),
        "held": ColumnDataSource(
            none if learned.held is None else curve(learned.held, mean=False)
        ),
        "read before": ColumnDataSource(none),
        "held before": ColumnDataSource(none),
    }
    plot, spans = _plot(learned, sources)
    rows = rows_of(learned)
    written = Div(
        text=lines_html(rows),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=LINES)],
    )
    made, stand = _controls(examples, learned)
    _connect(
        made,
        {
            "line": line,
            "plot": plot,
            "spans": spans,
            "written": written,
            "sources": list(sources.values()),
            "shelf": ColumnDataSource({}, tags=[_shelf(made, learned, examples)]),
        },
    )
    key = kit.legend(COLORS | BEFORE | FLOORS, dict.fromkeys(FLOORS, "╌╌"))
    return kit.Embed(
        column(
            kit.beside(stand, [key, plot, written], least=228),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A box for a text, a button that trains a small model on it, the loss"
        " falling, and what the model writes after more and more updates.",
        status=line,
        table=[
            ("after", "what it wrote"),
            *((when, ", ".join(text for text, _ in lines)) for when, lines in rows),
        ],
        trainer=True,
    )


def _shelf(
    made: _Controls, learned: Learned, examples: Mapping[str, str]
) -> dict[str, Any]:
    """What the browser half needs beside the models."""
    return {
        "texts": list(examples.values()),
        "widths": WIDTHS,
        "layers": LAYERS,
        "heads": HEADS,
        "tokens": TOKENS,
        "kept": KEPT,
        "shown": SHOWN,
        "warmup": learned.settings.warmup,
        "clip": learned.settings.clip,
        "weightDecay": learned.settings.weight_decay,
        "marks": {f"{steps:,}": marks(steps) for steps in PLANS},
        "chosen": [made.size.active, made.rate.value, made.plan.value],
    }


def _connect(made: _Controls, shown: Mapping[str, Any]) -> None:
    """One callback for all that is set: it tells by whom it was called."""
    changed = kit.callback(__file__, **made._asdict(), **shown)
    for name in ("value", "value_input"):
        made.box.js_on_change(name, changed)
    for choice in (made.pick, made.size):
        choice.js_on_change("active", changed)
    for slider in (made.rate, made.plan):
        slider.js_on_change("value", changed)
    for button in (made.train, made.again):
        button.js_on_event("button_click", changed)
