"""The measurements of chapter 8 as figures: pushed too far, and DPO's two sides.

Public names: :mod:`sbt_jax.viz.alignment`.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from statistics import fmean
from typing import Any

from bokeh.layouts import column
from bokeh.models import Select, Span

from sbt_jax.numbers import span
from sbt_jax.viz import kit, parts

SIDES = {"preferred answers": kit.BLUE, "rejected answers": kit.ORANGE}
ENDS = {"where it began": kit.GREY, "on the way": kit.BLUE, "where it ends": kit.ORANGE}
EVERY = 4  # numbers of a run that make one dot
Runs = Sequence[Mapping[str, Any]]


def gained(values: Sequence[float], most: int = 12) -> list[float]:
    """Changes since the first of some values; many of them as means of a few.

    Example:
      >>> gained([1.0, 1.5, 0.5])
      [0.0, 0.5, -0.5]
    """
    start, *rest = values
    every = EVERY if len(values) > most else 1
    groups = [rest[i : i + every] for i in range(0, len(rest), every)]
    return [0.0, *(round(fmean(group) - start, 4) for group in groups)]


def paths(runs: Runs) -> dict[str, list[Any]]:
    """What was meant against what is rewarded, a line each."""
    return {
        "x": [gained(run["proxy"]) for run in runs],
        "y": [gained(run["gold"]) for run in runs],
    }


def dots(runs: Runs) -> dict[str, list[Any]]:
    """Every place on the way, and where each way ends."""
    found: dict[str, list[Any]] = {"x": [], "y": [], "color": [], "size": []}
    lines = paths(runs)
    for x, y in zip(lines["x"], lines["y"], strict=True):
        found["x"] += x[1:]
        found["y"] += y[1:]
        found["color"] += [kit.BLUE] * (len(x) - 2) + [kit.ORANGE]
        found["size"] += [6] * (len(x) - 2) + [13]
    return found


def leash_line(name: str, runs: Runs) -> str:
    """What the line says of runs at one setting."""
    lines = paths(runs)
    score, meant = ([y[-1] for y in lines[axis]] for axis in ("x", "y"))
    best = [max(y) for y in lines["y"]]
    said = (
        f"{name[0].upper()}{name[1:]}, by seed: the judge’s score has changed by"
        f" {span(score)}. What we meant has changed by {span(meant)}; at its highest"
        f" it was {span(best)}."
    )
    return said.replace("-", "−")


def leash(
    settings: Mapping[str, Runs], texts: Mapping[str, Sequence[Sequence[str]]]
) -> kit.Embed:
    """What was meant against what is rewarded, and what the model says then.

    Args:
      settings: By name, the strongest pull first: a run a seed.
      texts: By name of a setting: questions, and the answers of the first run. The
        last of these settings is shown first.
    """
    first = list(texts)[-1]
    names = list(settings)
    slider = parts.slider("how hard we push", names, names.index(first))
    lines = parts.data([slider], lambda name: paths(settings[name]))
    places = parts.data([slider], lambda name: dots(settings[name]))
    every = [paths(runs) for runs in settings.values()]
    high, far = ([v for p in every for ys in p[axis] for v in ys] for axis in "yx")
    plot = kit.axes(
        x_axis_label="the judge’s score, gained",
        y_axis_label="what we meant, gained",
        height=330,
        x_range=(-0.06 * max(far), 1.06 * max(far)),
        y_range=(min(high) - 0.06, max(high) + 0.06),
    )
    plot.multi_line(
        [x for p in every for x in p["x"]],
        [y for p in every for y in p["y"]],
        color=kit.GREY,
        alpha=0.25,
    )
    level = Span(location=0, dimension="width", line_color=kit.GREY, line_dash="dashed")
    plot.add_layout(level)
    plot.multi_line("x", "y", color=kit.BLUE, line_width=2, alpha=0.7, source=lines)
    plot.scatter([0], [0], size=11, color=kit.GREY)
    plot.scatter("x", "y", size="size", color="color", source=places)
    asked = [question for question, _ in texts[first]]
    pick = Select(title="Ask it", options=asked, value=asked[0])
    answers = {(name, q): a for name, rows in texts.items() for q, a in rows}
    none = "(Best of n picks among answers of the fine-tuned model.)"
    passage = parts.passage(
        [slider, pick],
        lambda name, asked: [answers.get((name, asked), none)],
    )
    line = parts.status([slider], lambda name: leash_line(name, settings[name]))
    said = kit.label("It answers, in the seed that ends worst:")
    return kit.Embed(
        column(
            kit.beside([slider, pick, said, passage], [kit.legend(ENDS), plot]),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Ways, one for each seed: the judge’s score grows to the right, what we"
        " meant grows upwards. Beside it an answer of the model.",
        status=line,
        table=[
            ("pushed by", "the judge’s score, gained", "what we meant, gained"),
            *(
                (name, *(span([v[-1] for v in paths(runs)[axis]]) for axis in "xy"))
                for name, runs in settings.items()
            ),
        ],
    )


def sides_line(step: int, chosen: Sequence[float], rejected: Sequence[float]) -> str:
    """What the line says of DPO after some steps."""
    gap = [a - b for a, b in zip(chosen, rejected, strict=True)]
    return (
        f"After {step} steps, by seed: preferred answers have gained {span(chosen)}"
        f" nats, rejected ones {span(rejected)}; the gap is {span(gap)}."
    )


def chosen_and_rejected(runs: Runs, every: int = 5) -> kit.Embed:
    """What DPO does to the log-probability of both answers of a pair, by step.

    Args:
      runs: A run a seed: means of ``chosen`` and ``rejected`` log-ratios.
      every: Steps from one number to the next.
    """
    count = len(runs[0]["chosen"])
    steps = [every * (i + 1) for i in range(count)]
    plot = kit.axes(
        x_axis_label="steps", y_axis_label="gained log-probability, nats", height=300
    )
    for side, color in zip(("chosen", "rejected"), SIDES.values(), strict=True):
        for run in runs:
            plot.line(steps, list(run[side]), color=color, line_width=3, alpha=0.75)
    slider = parts.slider("steps", [str(step) for step in steps])

    def after(step: str) -> list[list[float]]:
        at = steps.index(int(step))
        return [[run[side][at] for run in runs] for side in ("chosen", "rejected")]

    mark = parts.data(
        [slider],
        lambda step: {"x": [int(step)] * 2 * len(runs), "y": [*chain(*after(step))]},
        color=[color for color in SIDES.values() for _ in runs],
    )
    plot.scatter("x", "y", size=11, color="color", source=mark)
    line = parts.status([slider], lambda step: sides_line(int(step), *after(step)))
    return kit.Embed(
        column(slider, kit.legend(SIDES), plot, line, sizing_mode="stretch_width"),
        alt="Lines of the log-probability that preferred and rejected answers have"
        " gained since the start, against the steps of DPO, for each seed.",
        status=line,
        table=[
            ("after steps", "preferred", "rejected"),
            *(
                (
                    s,
                    span([r["chosen"][i] for r in runs]),
                    span([r["rejected"][i] for r in runs]),
                )
                for i, s in enumerate(steps)
            ),
        ],
    )
