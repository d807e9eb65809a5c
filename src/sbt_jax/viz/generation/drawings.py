"""The diagrams of chapter 7."""

from collections.abc import Sequence

import numpy as np

from sbt_jax.viz.parts.diagram import Drawing, flow
from sbt_jax.viz.parts.svg import Box, rectangle

LOGITS = (3.0, 2.0, 1.0)  # those of the page
NAMES = 12  # friends that Otto may have


def from_scores_to_a_word() -> str:
    """What stands between the model and the next word."""
    return flow(
        [
            ("logits", "a score for every token"),
            ("temperature", "sharper or flatter"),
            ("cuts", "away with the tail"),
            ("softmax", "scores become chances"),
            ("dice", "one is drawn"),
            ("token", "it joins the text"),
        ],
        lit="dice",
    )


def _bars(d: Drawing, place: Box, shares: Sequence[float], look: str = "lit") -> None:
    """Upright bars that stand on the floor of a place."""
    wide = place.w / len(shares)
    for i, share in enumerate(shares):
        high = max(1.0, share * place.h)
        box = Box(
            round(place.x + i * wide + 0.15 * wide, 2),
            round(place.y + place.h - high, 2),
            round(0.7 * wide, 2),
            round(high, 2),
        )
        d.parts.append(rectangle(box, look, 1.5))


def three_temperatures() -> str:
    """The same three scores, cold, as they are and hot."""
    d = Drawing(columns=3, rows=2, width=440, row=92, gap=8)
    notes = {0.5: "cold: the lead grows", 1.0: "as learned", 2.0: "hot: nearly alike"}
    for at, (t, note) in enumerate(notes.items()):
        weights = np.exp(np.array(LOGITS) / t)
        _bars(d, d.cell(at, 0), (weights / weights.sum()).tolist())
        d.box(at, 1, f"T = {t:g}", note=note)
    return d.svg()


def two_places() -> str:
    """A place where many words fit and one where one does, under three cuts."""
    d = Drawing(columns=3, rows=5, width=440, row=62, gap=8)
    d.label(0, 0, "what fits")
    _bars(d, d.cell(1, 0), [0.35] * NAMES)
    _bars(d, d.cell(2, 0), [0.02] * 5 + [1.0] + [0.02] * 6)
    d.label(0, 1, "the place", "name")
    d.box(1, 1, "His best friend was", kind="quiet")
    d.box(2, 1, "Maya gave it to", kind="quiet")
    verdicts = (
        ("top-k", ("cuts friends off", "warn"), ("lets wrong ones in", "warn")),
        ("top-p", ("keeps nearly all", "box"), ("keeps the one", "good")),
        ("min-p", ("keeps them all", "good"), ("keeps the one", "good")),
    )
    for row, (name, many, one) in enumerate(verdicts, start=2):
        d.label(0, row, name, "name")
        for column, (text, kind) in enumerate((many, one), start=1):
            d.box(column, row, text, kind=kind)
    return d.svg()
