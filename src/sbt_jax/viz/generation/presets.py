"""Texts and settings that the mixing desk offers.

Public names: :mod:`sbt_jax.viz.generation`.
"""

from collections.abc import Mapping
from typing import Any

from bokeh.models import RadioButtonGroup, Select

from sbt_jax.generation import CUTS_FIRST, Sampling
from sbt_jax.generation.engines import WAYS
from sbt_jax.viz import parts
from sbt_jax.viz.generation.side import OTTO

START = Sampling(temperature=2.0, top_p=0.9)
FRIEND = f"{OTTO} His best friend was"
EVENT = f"{FRIEND} Maya. He and Maya were often in the kitchen. Maya had a red boat."
EXAMPLES = {
    "a friend": FRIEND,
    "what happens next": EVENT,
    "who gets it": f"{EVENT} With a smile Maya gave it to",
    "not of this world": "The capital of France is",
    "nothing yet": "",
}
HOT = "hot, then cut"
SETTINGS = {HOT: START} | WAYS


def presets(knobs: Mapping[str, Any], order: RadioButtonGroup) -> Select:
    """A list that sets all sliders at once."""
    preset = Select(title="Set all as", options=list(SETTINGS), value=HOT)
    rows = {
        "temperature": lambda at: {"value": at.temperature},
        "topK": lambda at: {"value": str(at.top_k or "all")},
        "topP": lambda at: {"value": at.top_p},
        "minP": lambda at: {"value": at.min_p},
        "repetitionPenalty": lambda at: {"value": at.repetition_penalty},
    }
    for name, row in rows.items():
        table = {n: row(at) for n, at in SETTINGS.items()}
        parts.follow([preset], (knobs[name], table))
    orders = {n: {"active": int(at.order == CUTS_FIRST)} for n, at in SETTINGS.items()}
    parts.follow([preset], (order, orders))
    return preset
