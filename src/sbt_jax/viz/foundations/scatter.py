"""Every word: the probability that a model gives it, and the true one.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import CDSView, HoverTool, IndexFilter, Select
from jaxtyping import Float

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

LEAST = 1e-4  # the edge of the scatter; what is less probable is drawn there


def short(values: Float[np.ndarray, " places"]) -> list[float]:
    """Four digits of each number, which is more than a dot shows."""
    return [float(f"{value:.4g}") for value in values]


def agreement_line(
    skill: str, name: str, truth: Sequence[float], model: Sequence[float]
) -> str:
    """How near a model is to the truth on some words."""
    logs = [math.log(t / m) for t, m in zip(truth, model, strict=True)]
    near = sum(abs(x) < math.log(1.25) for x in logs) / len(logs)
    return (
        f"{skill}, {len(logs)} of them: {name} is within a quarter of the truth for"
        f" {percent(near)}, and loses {sum(logs) / len(logs):.3f} nats at each."
    )


def probability_for_probability(
    words: Sequence[str],
    skills: Sequence[str],
    truth: Float[np.ndarray, " places"],
    models: Mapping[str, Float[np.ndarray, " places"]],
) -> kit.Embed:
    """Every word of held-out stories: the model's probability against the true one.

    Args:
      words: The words that came.
      skills: What it takes to know each of them.
      truth: Their true probabilities.
      models: Each model's probabilities of them, the one shown first first.
    """
    every = "All words"
    counts = {s: list(skills).count(s) for s in dict.fromkeys(skills)}
    kinds = sorted((s for s in counts if counts[s] >= 10), key=lambda s: -counts[s])
    options = [every, *(f"{s} words" for s in kinds)]
    first = next(iter(models))
    own = {name: short(values) for name, values in models.items()}
    name, name_box = kit.choice("Model", list(models))
    skill = Select(title="Words", options=options, value=every)
    kept = {
        o: [i for i, s in enumerate(skills) if o in (every, f"{s} words")]
        for o in options
    }
    true = short(truth)
    source = parts.data(
        [name],
        lambda name: {"model": [max(p, LEAST) for p in own[name]]},
        word=[word.strip() for word in words],
        skill=list(skills),
        truth=true,
    )
    shown = IndexFilter()
    parts.follow([skill], (shown, lambda chosen: {"indices": kept[chosen]}))

    def said(name: str, chosen: str) -> str:
        pairs = [[values[i] for i in kept[chosen]] for values in (true, own[name])]
        return agreement_line(chosen, name, *pairs)

    plot = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        x_range=(LEAST, 1.6),
        y_range=(LEAST, 1.6),
        x_axis_label="true probability",
        y_axis_label="the model's",
        height=380,
    )
    plot.line([LEAST, 1], [LEAST, 1], color=kit.BLUE, line_dash="dashed", line_width=2)
    dots = plot.scatter(
        "truth",
        "model",
        size=7,
        alpha=0.45,
        color=kit.ORANGE,
        source=source,
        view=CDSView(filter=shown),
    )
    plot.add_tools(
        HoverTool(
            renderers=[dots],
            tooltips=[
                ("word", "@word"),
                ("skill", "@skill"),
                ("truth", "@truth{0.0000}"),
                ("model", "@model{0.0000}"),
            ],
        )
    )
    line = parts.status([name, skill], said)
    return kit.Embed(
        column(kit.controls(name_box, skill), plot, line, sizing_mode="stretch_width"),
        alt="A scatter on logarithmic axes of the model's probability of each word of"
        " held-out stories against its true probability.",
        status=line,
        table=[
            ("word", "skill", "truth", first),
            *(
                (w.strip(), s, f"{t:.4f}", f"{m:.4f}")
                for w, s, t, m in list(
                    zip(words, skills, truth, models[first], strict=True)
                )[:12]
            ),
        ],
    )
