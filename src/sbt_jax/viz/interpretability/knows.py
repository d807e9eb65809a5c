"""Which unit knows a fact: neurons, axes, features, probes, and random weights.

Public names: :mod:`sbt_jax.viz.interpretability`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.layouts import column
from bokeh.models import FactorRange, Range1d, Select
from bokeh.transform import dodge

from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts

UNITS = {
    "best neuron": "neuron",
    "best axis": "axis",
    "best feature": "feature",
    "mean difference": "mean difference",
    "linear probe": "probe",
}
COLORS = {"trained main": kit.BLUE, "random weights": kit.GREY}


def knows_line(
    fact: str, scores: Mapping[str, float], noise: Mapping[str, float]
) -> str:
    """What the line says of one fact.

    Example:
      >>> knows_line("gets it", {"best neuron": 0.9}, {"best neuron": 0.5})
      'gets it: best neuron 90 %. With random weights at most 50 %.'
    """
    said = ", ".join(f"{name} {percent(x)}" for name, x in scores.items())
    return (
        f"{fact}: {said}. With random weights at most {percent(max(noise.values()))}."
    )


def which_unit_knows(
    facts: Mapping[str, str],
    trained: Mapping[str, Any],
    untrained: Mapping[str, Any],
) -> kit.Embed:
    """Bars for one fact at a time, of the trained model and of random weights.

    Args:
      facts: Labels of the tables, by what the list calls them.
      trained: Scores of the main model: ``labels``, and of each unit ``auc``.
      untrained: The same with random weights.
    """

    def of(table: Mapping[str, Any], fact: str) -> list[float]:
        if facts[fact] not in table["labels"]:
            raise ValueError(f"facts must be labels of both, got {facts[fact]!r}")
        at = table["labels"].index(facts[fact])
        return [float(table[unit]["auc"][at]) for unit in UNITS.values()]

    which = Select(title="A fact", options=list(facts), value=next(iter(facts)))
    names = list(UNITS)
    source = parts.data(
        [which],
        lambda fact: {"trained": of(trained, fact), "random": of(untrained, fact)},
        unit=names,
    )

    def said(fact: str) -> str:
        both = (
            dict(zip(names, of(table, fact), strict=True))
            for table in (trained, untrained)
        )
        return knows_line(fact, *both)

    line = parts.status([which], said)
    plot = kit.axes(
        y_range=FactorRange(factors=names[::-1]),
        x_range=Range1d(0, 1.0),
        height=250,
        x_axis_label="how often it is right",
    )
    for key, place, color in (
        ("trained", 0.18, kit.BLUE),
        ("random", -0.18, kit.GREY),
    ):
        plot.hbar(
            dodge("unit", place, range=plot.y_range),
            right=key,
            height=0.32,
            color=color,
            source=source,
        )
    first = which.value
    return kit.Embed(
        column(
            kit.beside([which], [kit.legend(COLORS), plot], least=230, share=0.38),
            line,
            sizing_mode="stretch_width",
        ),
        alt="Bars of how well the best neuron, axis, feature and two directions tell"
        " one fact, in the trained model and with random weights.",
        status=line,
        table=[
            ("unit", *COLORS),
            *(
                (name, percent(one), percent(other))
                for name, one, other in zip(
                    names, of(trained, first), of(untrained, first), strict=True
                )
            ),
        ],
    )


def fact_names(labels: Sequence[str]) -> dict[str, str]:
    """Labels by what a reader calls them.

    Example:
      >>> fact_names(["role gets it", "word Tom"])
      {'this name gets the thing': 'role gets it', 'this word is Tom': 'word Tom'}
    """
    found = {}
    for label in labels:
        kind, _, rest = label.partition(" ")
        said = {
            "role": f"this name {rest.replace(' it', ' the thing')}",
            "word": f"this word is {rest}",
            "next": f"next comes: {rest}",
            "state": f"in the story: {rest}",
        }[kind]
        found[said] = label
    return found
