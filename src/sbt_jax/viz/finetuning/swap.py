"""One model, three small adapters and how strongly they act; live.

Public names: :mod:`sbt_jax.viz.finetuning`; ``swap.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource, Slider

from sbt_jax.numbers import count, percent
from sbt_jax.viz import kit, parts

DATA_FILES = (
    "finetuning_logbook.npz",
    "finetuning_lullaby.npz",
    "finetuning_quiz.npz",
)
#: What the adapters make of the model, and their checkpoints.
ADAPTERS = {
    "logbook": "finetuning_logbook",
    "lullaby": "finetuning_lullaby",
    "quiz": "finetuning_quiz",
}
BEGINNINGS = {
    "a Monday": "On Monday",
    "an evening": "It was a windy evening.",
    "a question": "How much is two and three?",
    "of no world": "The capital of France is",
}
START = BEGINNINGS["a Monday"]
STEPS = 56  # tokens of each text


def swap_line(name: str, strength: float, numbers: int, weights: int, seed: int) -> str:
    """What the line says; mirrored in ``swap.mjs``.

    Example:
      >>> swap_line("quiz", 0.0, 10, 1000, 0)
      'Strength 0: the adapter adds nothing, so both texts are the same.'
    """
    drawn = f"Drawn with seed {seed}. " if seed else ""
    if strength == 0:
        told = "Strength 0: the adapter adds nothing, so both texts are the same."
        return drawn + told
    told = (
        f"{drawn}Strength {strength:.1f}: the {name} adapter has {count(numbers)}"
        f" numbers beside the {count(weights)} of main,"
        f" {percent(numbers / weights, 1)}."
    )
    if strength > 1:
        told += " It acts more strongly than it was trained to."
    return told


def swap_adapters(
    texts: Sequence[str],
    numbers: int,
    weights: int,
    scale: float,
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """One beginning, told on by main alone and with an adapter; live.

    Args:
      texts: What main alone and what it with the first adapter makes of ``START``.
      numbers: In one adapter.
      weights: Of the model.
      scale: Of the adapters, as they were trained.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(ADAPTERS))
    group, pick = kit.choice("The adapter", list(ADAPTERS))
    box, offer = parts.text_box("The beginning", START, BEGINNINGS, offer="Begin with")
    strength = Slider(
        title="strength of the adapter",
        start=0,
        end=1.5,
        step=0.1,
        value=1,
        sizing_mode="stretch_width",
    )
    again = Button(label="draw with dice")
    alone, adapted = (kit.passage(text, lines=6) for text in texts)
    line = kit.status(swap_line(first, 1.0, numbers, weights, 0), lines=3)
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "group": group,
        "box": box,
        "strength": strength,
        "alone": alone,
        "adapted": adapted,
        "line": line,
        "adapters": list(ADAPTERS.items()),
        "numbers": numbers,
        "weights": weights,
        "scale": scale,
        "steps": STEPS,
    }
    write = kit.callback(__file__, figure="write", **shared)
    group.js_on_change("active", write)
    strength.js_on_change("value", write)
    for name in ("value", "value_input"):
        box.js_on_change(name, write)
    draw = kit.callback(__file__, figure="draw", **shared)
    again.js_on_event("button_click", draw)
    return kit.Embed(
        column(
            kit.beside(
                [pick, strength, offer, box, again],
                [
                    kit.label("main alone"),
                    alone,
                    kit.label("main with the adapter"),
                    adapted,
                ],
                share=0.4,
            ),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A beginning, three adapters to choose from and a slider for how strongly"
        " they act; how main goes on alone, and how with the adapter.",
        status=line,
        table=[
            ("who writes", "text"),
            ("main alone", texts[0]),
            (f"main with the {first} adapter", texts[1]),
        ],
        runtime=True,
        models=("main", "world", *ADAPTERS.values()),
        scripts=scripts,
    )
