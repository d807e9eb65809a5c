"""Every word: the probability that a model gives it, and the true one.

Public names: :mod:`sbt_jax.viz.foundations`.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from bokeh.models import CDSView, IndexFilter, Select
from jaxtyping import Float

from sbt_jax.numbers import count
from sbt_jax.viz import kit, parts
from sbt_jax.viz.foundations.next_word import share

LEAST = 1e-4  # the edge of the scatter; what is less probable is drawn there
RANKS = ("1st", "2nd", "3rd", "4th", "5th", "6th")
END = "<end>"


def short(values: Float[np.ndarray, " places"]) -> list[float]:
    """Four digits of each number, which is more than a dot shows."""
    return [float(f"{value:.4g}") for value in values]


def agreement_line(
    skill: str, name: str, truth: Sequence[float], model: Sequence[float]
) -> str:
    """How near a model is to the truth on some words."""
    logs = [math.log(t / m) for t, m in zip(truth, model, strict=True)]
    far = sum(abs(x) >= math.log(1.25) for x in logs)
    return (
        f"{skill}: {name} is off by more than a quarter for {count(far)} of"
        f" {count(len(logs))}, and loses {sum(logs) / len(logs):.3f} nats at each."
    )


def farthest(
    truth: Sequence[float], model: Sequence[float], among: Sequence[int]
) -> list[int]:
    """Some places, those first where the model is farthest from the truth."""
    return sorted(among, key=lambda i: (-abs(math.log(truth[i] / model[i])), i))


def ringed_line(
    rank: str, word: str, before: str, truth: float, model: float, name: str
) -> str:
    """What is said of the dot with the ring."""
    return (
        f"In the ring, {rank} in distance: “{word.strip()}” after “… {before}”, truth"
        f" {share(truth)}, {name} {share(model)}."
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
    ring = parts.slider("the ring: from the farthest on", RANKS, at=0)
    kept = {
        o: [i for i, s in enumerate(skills) if o in (every, f"{s} words")]
        for o in options
    }
    true = short(truth)
    source = parts.data(
        [name],
        lambda name: {"model": [max(p, LEAST) for p in own[name]]},
        truth=true,
    )
    shown = IndexFilter()  # without a list it shows all
    parts.follow(
        [skill],
        (
            shown,
            lambda chosen: {"indices": None if chosen == every else kept[chosen]},
        ),
    )
    far = {
        n: {o: farthest(true, values, kept[o])[: len(RANKS)] for o in options}
        for n, values in own.items()
    }

    def at(name: str, chosen: str, rank: str) -> int:
        return far[name][chosen][RANKS.index(rank)]

    def ringed(name: str, chosen: str, rank: str) -> dict[str, list[float]]:
        i = at(name, chosen, rank)
        return {"truth": [true[i]], "model": [max(own[name][i], LEAST)]}

    def said(name: str, chosen: str, rank: str) -> str:
        pairs = [[values[i] for i in kept[chosen]] for values in (true, own[name])]
        i = at(name, chosen, rank)
        before = "".join(words[max(0, i - 6) : i]).rpartition(END)[2].strip()
        return (
            f"{agreement_line(chosen, name, *pairs)}"
            f" {ringed_line(rank, words[i], before, true[i], own[name][i], name)}"
        )

    plot = kit.axes(
        x_axis_type="log",
        y_axis_type="log",
        x_range=(LEAST, 1.6),
        y_range=(LEAST, 1.6),
        x_axis_label="true probability",
        y_axis_label="the model's",
        height=310,
    )
    plot.line([LEAST, 1], [LEAST, 1], color=kit.BLUE, line_dash="dashed", line_width=2)
    plot.scatter(
        "truth",
        "model",
        size=7,
        alpha=0.45,
        color=kit.ORANGE,
        source=source,
        view=CDSView(filter=shown),
    )
    plot.scatter(
        "truth",
        "model",
        size=15,
        fill_color=None,
        line_width=3,
        line_color=kit.BLUE,
        source=parts.data([name, skill, ring], ringed),
    )
    line = parts.status([name, skill, ring], said)
    return kit.Embed(
        kit.beside([name_box, skill, ring], [plot, line]),
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
