"""A digit comes out of noise, step by step; live.

Public names: :mod:`sbt_jax.viz.diffusion`; ``erase.mjs`` is the browser half.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Plot, Slider
from jaxtyping import Float

from sbt_jax.numbers import percent
from sbt_jax.viz import kit
from sbt_jax.viz.diffusion.board import board

FILM = 9  # moments shown below
STEPS = (1, 2, 4, 16)
MOST = STEPS[-1]
FIRST, NOISE = 6, 2  # where the slider stands, and the noise that is chosen
NAMES = [*map(str, range(10)), "any"]
WIDE = 27.0


def erase_line(done: int, steps: int, share: Sequence[float], asked: str) -> str:
    """What the line says; mirrored.

    Args:
      done: Steps that are done.
      steps: All of them.
      share: How likely each digit is behind the picture, if nobody said which.
      asked: The digit that was asked for, or ``any``.

    Example:
      >>> erase_line(0, 16, [0.1] * 10, "3")[:46]
      'After 0 of 16 steps. The picture alone tells n'
    """
    best = int(np.argmax(share))
    told = "Asked for any digit." if asked == "any" else f"Asked for a {asked}."
    says = (
        f"The picture alone could be a {best} ({percent(share[best])})."
        if share[best] > 0.15
        else "The picture alone tells nothing yet."
    )
    return f"After {done} of {steps} steps. {says} {told}"


def shown(progress: int, steps: int) -> int:
    """How many of the steps are done at a place of the slider; mirrored.

    Example:
      >>> shown(8, 4), shown(16, 1), shown(15, 1)
      (2, 1, 0)
    """
    return progress * steps // MOST


def begin_at_once(plot: Plot, draw: Any) -> None:
    """Draw anew in the browser once all is there, whose last digits are its own."""
    start = ColumnDataSource({}, tags=["sbt-start"])
    start.js_on_change("change", draw)
    plot.tags = [start]  # carried along only by what refers to it


def callback(figure: str, **args: Any) -> Any:
    """One of the callbacks in ``erase.mjs``."""
    return kit.callback(__file__, figure=figure, **args)


def erase_the_noise(
    starts: Float[np.ndarray, "_ pixels"],
    prompts: Float[np.ndarray, "classes width"],
    path: Float[np.ndarray, "moments pixels"],
    guesses: tuple[Float[np.ndarray, " pixels"], Float[np.ndarray, " pixels"]],
    share: Float[np.ndarray, " classes"],
    first: int = 3,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Digit, noise and steps to choose; the picture now, two guesses, and the film.

    Args:
      starts: Noise to begin with.
      prompts: The vector of each digit's prompt.
      path: Every moment from the chosen noise to the picture.
      guesses: At the moment that is shown first: the network's and the best.
      share: How likely each digit is then, if nobody said which.
      first: The digit that is asked for at first.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    digits, pick = kit.choice("Digit", NAMES)
    digits.active = first
    noises, noise = kit.choice("Noise", [str(n + 1) for n in range(len(starts))])
    noises.active = NOISE
    counts, count = kit.choice("Steps", [str(n) for n in STEPS])
    counts.active = len(STEPS) - 1
    slider = Slider(
        title="noise erased, in sixteenths of the way",
        start=0,
        end=MOST,
        step=1,
        value=FIRST,
        sizing_mode="stretch_width",
    )
    film = [round(i * MOST / (FILM - 1)) for i in range(FILM)]
    small = WIDE / FILM
    plot, source = board(
        [path[FIRST], *guesses, *(path[i] for i in film)],
        [
            *((9.0 * i + 0.4, 4.0, 8.2) for i in range(3)),
            *((small * i + 0.15, 0.25, small - 0.3) for i in range(FILM)),
        ],
        {
            "now": (0.4, 12.6),
            "its guess": (9.4, 12.6),
            "best guess": (18.4, 12.6),
        },
        (WIDE, 14.2),
    )
    here = ColumnDataSource({"x": [(FIRST + 1) * WIDE / 18], "y": [1.6], "s": [small]})
    plot.rect(
        "x",
        "y",
        width="s",
        height="s",
        fill_alpha=0,
        line_color=kit.ORANGE,
        line_width=3,
        source=here,
    )
    line = kit.status(erase_line(FIRST, MOST, share.tolist(), NAMES[first]), lines=3)
    draw = callback(
        "erase",
        digits=digits,
        noises=noises,
        counts=counts,
        slider=slider,
        source=source,
        here=here,
        line=line,
        starts=starts.tolist(),
        prompts=prompts.tolist(),
        steps=list(STEPS),
        film=film,
        names=NAMES,
    )
    for group in (digits, noises, counts):
        group.js_on_change("active", draw)
    slider.js_on_change("value", draw)
    begin_at_once(plot, draw)
    return kit.Embed(
        column(
            kit.beside(
                [slider, pick, kit.controls(noise, count)],
                [plot, line],
                least=230,
                share=0.4,
            ),
            sizing_mode="stretch_width",
        ),
        alt="A noisy picture of a digit, the network's guess of the clean picture, the"
        " best possible guess, and below them nine moments from noise to a digit.",
        status=line,
        table=[
            ("digit", "how likely"),
            *((str(n), percent(float(p))) for n, p in enumerate(share)),
        ],
        runtime=True,
        models=("diffusion_world", "diffusion_unet"),
        scripts=scripts,
    )
