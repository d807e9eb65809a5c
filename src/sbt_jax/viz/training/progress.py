"""What the figure that trains says: lines, what was written, points of its curves.

Public names: :mod:`sbt_jax.viz.training`; ``own.mjs`` mirrors it.
"""

import html
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from sbt_jax.architecture import parameter_count
from sbt_jax.training import Learned, Letters, own_config
from sbt_jax.training.letters import MOST, OTHER
from sbt_jax.training.own import TOKENS

DECADE = 20  # points of a curve
SHOWN = (3, 2)  # lines at once, of a list and of a text
NOISE = 18  # letters of a word that are shown: few names have more

#: A written line, and whether it is ``copied``, ``held back`` or neither.
Written = tuple[str, str]


class Standing(NamedTuple):
    """How far a run has come."""

    step: int
    steps: int
    loss: float  # of what it reads
    held: float | None  # of lines held back
    best: float | None  # the lowest of these so far
    best_at: int | None  # and after how many updates
    read: int  # letters
    seconds: float | None  # of the reader's time


def marks(steps: int) -> list[int]:
    """Updates at which a curve has a point: as many in each decade."""
    powers = np.arange(np.ceil(DECADE * np.log10(steps)) + 1) / DECADE
    return np.unique(np.minimum(np.round(10**powers), steps).astype(int)).tolist()


def own_line(now: Standing) -> str:
    """What the line says of a run; mirrored in ``own.mjs``."""
    said = (
        f"After {now.step:,} of {now.steps:,} updates: {now.loss:.2f} nats a letter"
        " on lines that it reads"
    )
    rising = False
    if now.held is not None and now.best is not None:
        rising = now.held > now.best + 0.1
        said += f", {now.held:.2f} on lines held back"
        if rising:
            said += f" (at best {now.best:.2f}, after {now.best_at:,})"
    said += f". {now.read:,} letters read"
    if now.seconds and now.seconds >= 1:
        speed = now.step / now.seconds
        said += f" in {now.seconds:.0f} s, {speed:.0f} updates a second"
    return said + (". It is learning by heart." if rising else ".")


def begin_line(letters: Letters, width: int, rate: str, steps: int) -> str:
    """What the line says of a text before training; mirrored in ``own.mjs``."""
    lines, held = len(letters.learn), len(letters.held)
    if not lines:
        return "Nothing to learn from yet: type or paste a few lines."
    kinds = len(letters.alphabet) - 1
    said = (
        f"{kinds} different {_count(kinds, 'letter')}; {lines:,}"
        f" {_count(lines, 'line')} to learn from"
    )
    said += f", {held:,} held back." if held else ". Too few to hold any back."
    if letters.cut:
        said += f" Only the first {MOST:,} characters are read."
    if letters.rare:
        said += f" The {letters.rare:,} rarest letters are one, {OTHER}."
    if kinds == 1:
        said += " With one letter, all there is to learn is where a line ends."
    weights = sum(parameter_count(own_config(letters, width)).values())
    return (
        f"{said} Press train: {steps:,} updates of {weights:,} weights, at a learning"
        f" rate of {rate}."
    )


def _count(number: int, name: str) -> str:
    return name if number == 1 else f"{name}s"


def lines_html(rows: Sequence[tuple[str, Sequence[Written]]]) -> str:
    """What was written, when, as HTML that shows it; mirrored in ``own.mjs``."""
    said = ""
    for when, lines in rows:
        said += f"<p><b>{html.escape(when)}</b>"
        for text, kind in lines:
            note = f" <small>{kind}</small>" if kind else ""
            shown = html.escape(shortened(text)) or "–"
            said += f'<span class="{kind}"><bdi>{shown}</bdi>{note}</span>'
        said += "</p>"
    return said


def shortened(text: str) -> str:
    """Noise is long: of what has no space, the beginning; mirrored."""
    if " " in text or len(text) <= NOISE:
        return text
    return f"{text[:NOISE]}…"


def rows_of(learned: Learned) -> list[tuple[str, list[Written]]]:
    """What was written on the way, with what stands in the text marked."""
    letters = learned.letters
    shown = SHOWN[letters.time > 32]
    known = {letters.text(ids): "copied" for ids in letters.learn}
    known = {letters.text(ids): "held back" for ids in letters.held} | known
    return [
        (when(step), [(text, known.get(text, "")) for text in texts[:shown]])
        for step, texts in sorted(learned.texts.items())
    ]


def when(step: int) -> str:
    """The title of what was written after so many updates."""
    return f"after {step:,} updates"


def curve(
    losses: Float[np.ndarray, " steps"], mean: bool = True
) -> dict[str, list[Any]]:
    """Points of a curve: means since the last mark, or values at the marks."""
    at = marks(len(losses))
    values = [
        float(losses[start:stop].mean() if mean else losses[stop - 1])
        for start, stop in zip([0, *at], at, strict=False)
    ]
    return {"x": at, "y": values}


def standing_of(learned: Learned) -> Standing:
    """How it stands at the end of a run of JAX."""
    steps, held = len(learned.losses), learned.held
    points = None if held is None else curve(held, mean=False)
    best = None if points is None else min(points["y"])
    best_at = None if points is None else points["x"][points["y"].index(best)]
    return Standing(
        step=steps,
        steps=steps,
        loss=curve(learned.losses)["y"][-1],
        held=None if points is None else points["y"][-1],
        best=best,
        best_at=best_at,
        read=steps * TOKENS,
        seconds=None,
    )
