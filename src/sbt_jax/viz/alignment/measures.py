"""The measurements of chapter 8 as figures: the leash, and DPO's two sides.

Public names: :mod:`sbt_jax.viz.alignment`.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from bokeh.layouts import column
from bokeh.models import Select

from sbt_jax.numbers import span
from sbt_jax.viz import kit, parts

COLORS = {"reward model (proxy)": kit.ORANGE, "gold reward": kit.BLUE}
SIDES = {"preferred answers": kit.BLUE, "rejected answers": kit.ORANGE}
Runs = Sequence[Mapping[str, Any]]


def paths(runs: Runs) -> dict[str, list[Any]]:
    """Proxy and gold against the root of the divergence, a line each.

    The proxy of a run is counted from its first value, as only differences mean
    anything.
    """
    found: dict[str, list[Any]] = {"x": [], "y": [], "color": []}
    for run in runs:
        x = [math.sqrt(max(kl, 0.0)) for kl in run["kl"]]
        proxy = [value - run["proxy"][0] for value in run["proxy"]]
        lines = (proxy, run["gold"])
        for y, color in zip(lines, COLORS.values(), strict=True):
            found["x"].append(x)
            found["y"].append(list(y))
            found["color"].append(color)
    return found


def leash_line(name: str, runs: Runs) -> str:
    """What the line says of runs at one setting."""
    end = [
        (run["kl"][-1], run["proxy"][-1] - run["proxy"][0], run["gold"][-1])
        for run in runs
    ]
    kl, proxy, gold = ([row[i] for row in end] for i in range(3))
    best = [max(run["gold"]) for run in runs]
    return (
        f"{name}: at the end a divergence of {span(kl)} nats. The reward model's score"
        f" has changed by {span(proxy)}; gold reward {span(gold)}, at its highest"
        f" {span(best)}."
    )


def leash(
    settings: Mapping[str, Runs], texts: Mapping[str, Sequence[Sequence[str]]]
) -> kit.Embed:
    """Reward, gold and divergence at each setting, and what the model says then.

    Args:
      settings: By name, the strongest pull first: a run a seed.
      texts: By name of a setting: questions, and the answers of the first run. The
        last of these settings is shown first.
    """
    first = list(texts)[-1]
    names = list(settings)
    slider = parts.slider("how it is optimised", names, names.index(first))
    source = parts.data([slider], lambda name: paths(settings[name]))
    high = [y for runs in settings.values() for ys in paths(runs)["y"] for y in ys]
    far = [x for runs in settings.values() for xs in paths(runs)["x"] for x in xs]
    plot = kit.axes(
        x_axis_label="root of the divergence, nats",
        y_axis_label="reward",
        height=330,
        x_range=(0, 1.05 * max(far)),
        y_range=(min(high) - 0.1, max(high) + 0.2),
    )
    plot.multi_line("x", "y", color="color", line_width=2, alpha=0.75, source=source)
    asked = [question for question, _ in texts[first]]
    pick = Select(title="Ask it", options=asked, value=asked[0])
    answers = {(name, q): a for name, rows in texts.items() for q, a in rows}
    none = "(Best of n has no model of its own.)"
    passage = parts.passage(
        [slider, pick],
        lambda name, asked: [answers.get((name, asked), none)],
    )
    line = parts.status([slider], lambda name: leash_line(name, settings[name]))
    return kit.Embed(
        column(
            slider,
            kit.legend(COLORS),
            plot,
            pick,
            passage,
            line,
            sizing_mode="stretch_width",
        ),
        alt="Two kinds of lines, a pair for each seed: the reward model's score and the"
        " gold reward, against how far the model has moved. Below, an answer.",
        status=line,
        table=[
            ("setting", "divergence", "gold reward"),
            *(
                (
                    name,
                    span([r["kl"][-1] for r in runs]),
                    span([r["gold"][-1] for r in runs]),
                )
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
