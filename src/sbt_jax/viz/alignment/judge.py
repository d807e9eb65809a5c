"""The reader as the judge of answers: RLHF by hand, with answers that are listed.

Public names: :mod:`sbt_jax.viz.alignment`; ``judge.mjs`` is the browser half.
"""

import html
import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.models import Button, ColumnDataSource, Div, InlineStyleSheet

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

LEASHES = {
    "very short": 8.0,
    "short": 2.0,
    "middle": 1.0,
    "long": 0.5,
    "very long": 0.125,
}
RESERVE = 0.2  # how strongly a judge is held back from extremes
STEPS = 200
ANSWERS = """
.bk-clearfix { width: 100%; }
p { margin: 0 0 7px; font: 14.5px/1.25 var(--sbt-ui); color: var(--sbt-ink); }
p span { display: flex; align-items: center; gap: 8px; margin-top: 2px; }
p small { min-width: 3.2em; font-size: 13px; font-variant-numeric: tabular-nums; }
i { position: relative; flex: 1; height: 11px; border-radius: 3px;
  background: var(--sbt-raised); box-shadow: inset 0 0 0 1px var(--sbt-edge); }
i b { position: absolute; inset: 0 auto 0 0; border-radius: 3px; background: #2b7bba; }
i em { position: absolute; top: -3px; bottom: -3px; width: 3px; margin-left: -1px;
  background: #d55e00; }
"""
WRAPPED = """
.bk-btn { white-space: normal; text-align: left; line-height: 1.3; padding: 8px 10px; }
"""


def judged(
    features: Sequence[Sequence[float]], verdicts: Sequence[Sequence[int]]
) -> list[float]:
    """The score of each answer after some verdicts; mirrored in the browser.

    A reward model with one weight a feature, fitted to the verdicts by Bradley and
    Terry's loss.

    Args:
      features: Of each answer.
      verdicts: Pairs of answers, the better one first.
    """
    x = np.asarray(features, float)
    gaps = np.array([x[won] - x[lost] for won, lost in verdicts])
    weights = np.zeros(x.shape[1])
    rate = 1 / (RESERVE + sum((gap**2).sum() for gap in gaps) / 4)
    for _ in range(STEPS if len(verdicts) else 0):
        doubt = 1 / (1 + np.exp(gaps @ weights))
        weights += rate * (doubt @ gaps - RESERVE * weights)
    return (x @ weights).tolist()


def pulled(
    reference: Sequence[float], scores: Sequence[float], beta: float
) -> list[float]:
    """Where the leash lets the model go; mirrored in the browser."""
    top = max(scores)
    raw = [
        p * math.exp((score - top) / beta)
        for p, score in zip(reference, scores, strict=True)
    ]
    return [p / sum(raw) for p in raw]


def answers_html(
    answers: Sequence[str], before: Sequence[float], now: Sequence[float]
) -> str:
    """Each answer with its bar, and where the bar began; mirrored in the browser."""
    return "".join(
        f"<p>{html.escape(text)}<span><small>{percent(p)}</small>"
        f'<i><b style="width:{100 * p:.1f}%"></b>'
        f'<em style="left:{100 * old:.1f}%"></em></i></span></p>'
        for text, old, p in zip(answers, before, now, strict=True)
    )


def judge_line(
    answers: Sequence[str],
    scores: Sequence[float],
    before: Sequence[float],
    now: Sequence[float],
    count: int,
) -> str:
    """What the line says; mirrored in the browser."""
    if not count:
        return "No verdict yet: the model answers as fine-tuning has left it."
    best = scores.index(max(scores))
    verdicts = "1 verdict" if count == 1 else f"{count} verdicts"
    moved = sum(
        p * math.log(p / old) for p, old in zip(now, before, strict=True) if p > 0
    )
    return (
        f"After {verdicts} the judge likes best: “{answers[best]}” The model says it"
        f" with {percent(now[best])}, before {percent(before[best])}. It has moved by"
        f" {moved:.2f} nats."
    )


def order(count: int, first: Sequence[Sequence[int]]) -> list[list[int]]:
    """Every pair of answers once, some of them first."""
    early = [list(pair) for pair in first]
    known = [sorted(pair) for pair in early]
    rest = [list(pair) for pair in itertools.combinations(range(count), 2)]
    rest = [pair for pair in rest if pair not in known]
    random.Random(3).shuffle(rest)
    return [*early, *rest]


def be_the_judge(
    answers: Sequence[str],
    features: Sequence[Sequence[float]],
    reference: Sequence[float],
    verdicts: Sequence[Sequence[int]],
    soon: Sequence[Sequence[int]] = (),
) -> kit.Embed:
    """Two answers to choose from, a judge that learns, and a model that follows it.

    Args:
      answers: All that the model may say.
      features: What the judge can see of each.
      reference: The model's probability of each, before.
      verdicts: Pairs that are judged already, the better answer first.
      soon: Pairs that the reader is asked about first.

    Raises:
      ValueError: If there are not as many features or probabilities as answers.
    """
    if not len(answers) == len(features) == len(reference):
        raise ValueError(
            f"features and reference must have {len(answers)} rows, got"
            f" {len(features)} and {len(reference)}"
        )
    names, pairs = list(LEASHES), order(len(answers), [*verdicts, *soon])
    count = len(verdicts)
    leash = parts.slider("the leash", names, names.index("middle"))
    scores = judged(features, verdicts)
    now = pulled(reference, scores, LEASHES[leash.value])
    look = [InlineStyleSheet(css=WRAPPED)]
    buttons = [
        Button(label=answers[i], sizing_mode="stretch_width", stylesheets=look)
        for i in pairs[count]
    ]
    again = Button(label="forget all verdicts")
    bars = Div(
        text=answers_html(answers, reference, now),
        disable_math=True,
        sizing_mode="stretch_width",
        stylesheets=[InlineStyleSheet(css=ANSWERS)],
    )
    line = kit.status(judge_line(answers, scores, reference, now, count), lines=4)
    shared: dict[str, Any] = {
        "shelf": ColumnDataSource(
            {"won": [w for w, _ in verdicts], "lost": [x for _, x in verdicts]},
            tags=[{"pairs": pairs, "features": [list(row) for row in features]}],
        ),
        "answers": list(answers),
        "reference": list(reference),
        "leashes": LEASHES,
        "leash": leash,
        "buttons": buttons,
        "bars": bars,
        "line": line,
    }
    for at, button in enumerate(buttons):
        better = kit.callback(__file__, figure="verdict", at=at, **shared)
        button.js_on_event("button_click", better)
    again.js_on_event("button_click", kit.callback(__file__, figure="forget", **shared))
    leash.js_on_change("value", kit.callback(__file__, figure="draw", **shared))
    colors = {"the model now": kit.BLUE, "before": kit.ORANGE}
    left = [kit.label("Which answer is better?"), *buttons, leash, again, line]
    return kit.Embed(
        kit.beside(left, [kit.legend(colors), bars]),
        alt="Two buttons with an answer on each, a slider for the leash, and a bar for"
        " each answer: its probability now, and where it began.",
        status=line,
        table=[
            ("answer", "before", "now"),
            *(
                (text, percent(old), percent(p))
                for text, old, p in zip(answers, reference, now, strict=True)
            ),
        ],
        runtime=True,
    )
