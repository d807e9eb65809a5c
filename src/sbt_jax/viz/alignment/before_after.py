"""One question, answered before and after fine-tuning.

Public names: :mod:`sbt_jax.viz.alignment`; ``before_after.mjs`` is the browser half.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import Button, ColumnDataSource

from sbt_jax.viz import kit, parts

#: Who answers, and the checkpoint of its adapters; the raw model has none.
MODELS = {
    "raw": "",
    "fine-tuned": "alignment_sft",
    "RLHF": "alignment_rlhf",
    "DPO": "alignment_dpo",
    "with a rule": "alignment_rule",
}
MOST = 40  # tokens of an answer
SCALE = 2.0  # of the adapters


def told(answers: Mapping[str, str], truth: str | None, homes: Sequence[str]) -> str:
    """What the line says of some answers; mirrored in ``before_after.mjs``.

    Args:
      answers: By the model's name.
      truth: The word that answers the question; None if the world has none.
      homes: Every town of the world.
    """

    def those(right: Any) -> str:
        names = [name for name, text in answers.items() if right(text)]
        return ", ".join(names) or "nobody"

    home = those(lambda text: any(town in text for town in homes))
    rule = f"A town is named by: {home}."
    if truth is None:
        return f"The world has no answer of one word to this. {rule}"
    word = truth.lower()
    right = those(lambda text: word in text.lower())
    luck = f" By luck, one town in {len(homes)} is right." if truth in homes else ""
    return f"The true answer is {truth}, given by: {right}.{luck} {rule}"


def before_and_after(
    questions: Mapping[str, str],
    answers: Mapping[str, str],
    truth: str | None,
    homes: Sequence[str],
    tokenizer: Mapping[str, Any],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """One question to five models, side by side; live.

    Args:
      questions: To propose, by what they are about; the first is asked first.
      answers: The likeliest answer of each of ``MODELS`` to it.
      truth: The word that answers it.
      homes: Every town of the world.
      tokenizer: ``Tokenizer.spec()`` of the world's tokenizer.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    first = next(iter(questions.values()))
    box, pick = parts.text_box("Your question", first, questions, offer="Try")
    again = Button(label="draw other answers")
    passages = {name: kit.passage(text) for name, text in answers.items()}
    line = kit.status(told(answers, truth, homes))
    shared = {
        "shelf": ColumnDataSource({}, tags=[dict(tokenizer)]),
        "box": box,
        "line": line,
        "models": MODELS,
        "passages": list(passages.values()),
        "homes": list(homes),
        "most": MOST,
        "scale": SCALE,
    }
    box.js_on_change("value", kit.callback(__file__, figure="ask", **shared))
    draw = kit.callback(__file__, figure="draw", **shared)
    again.js_on_event("button_click", draw)
    shown = [
        column(kit.label(name), one, sizing_mode="stretch_width")
        for name, one in passages.items()
    ]
    return kit.Embed(
        column(
            kit.beside([pick, box, again], shown, share=0.42),
            line,
            sizing_mode="stretch_width",
        ),
        alt="A text box for a question, and below it the answers of five models: the"
        " raw one, fine-tuned, RLHF, DPO, and trained with a rule.",
        status=line,
        table=[("model", "its answer"), *answers.items()],
        runtime=True,
        models=("main", "world", *(name for name in MODELS.values() if name)),
        scripts=scripts,
    )
