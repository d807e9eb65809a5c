"""A prompt, read by CLIP's text half, and pictures that follow it; live.

Public names: :mod:`sbt_jax.viz.diffusion`; ``erase.mjs`` is the browser half.
"""

from collections.abc import Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import Slider
from jaxtyping import Float, Int

from sbt_jax.multimodality import WORDS
from sbt_jax.numbers import percent
from sbt_jax.viz import kit, parts
from sbt_jax.viz.diffusion.board import board
from sbt_jax.viz.diffusion.erase import begin_at_once, callback

EXAMPLES = {
    "a three": "a three",
    "with a colour, though there is none here: a red three": "a red three",
    "no number at all: a": "a",
    "two numbers: a three, an eight": "a three eight",
}
ACROSS, STEPS, SCALE, MOST = 6, 16, 4, 8
LIMIT = 1.4  # paper is -1, ink 1
EMPTY = "No prompt: any digit may come."
WIDE, HIGH = 54.0, 26.0


def prompt_line(
    said: str, scale: float | int, digits: Sequence[int], over: Sequence[float]
) -> str:
    """What the line says; mirrored.

    Args:
      said: How the prompt was read.
      scale: Of guidance, of the second row.
      digits: What the world takes each picture of the second row for.
      over: Share of overdone pixels, in the first row and in the second.

    Example:
      >>> prompt_line("Read: a three.", 4, [3, 3], [0.0, 0.25])[:49]
      'Read: a three. At scale 4 the pictures are: 3, 3.'
    """
    listed = ", ".join(str(d) for d in digits)
    return (
        f"{said} At scale {scale} the pictures are: {listed}. Overdone pixels:"
        f" {percent(over[1], 1)}; at scale 1: {percent(over[0], 1)}."
    )


def read_as(text: str, known: Sequence[str], unknown: Sequence[str]) -> str:
    """How a prompt was read; mirrored.

    Example:
      >>> read_as("hello", [], ["hello"])
      'No word of it is known (hello): any digit may come.'
    """
    left = ", ".join(unknown[:4])[:60]
    if not known:
        return (
            f"No word of it is known ({left}): any digit may come." if left else EMPTY
        )
    ignored = f" Unknown: {left}." if left else ""
    return f"Read: {' '.join(known)}.{ignored}"


def overdone(pictures: Float[np.ndarray, "_ pixels"]) -> float:
    """Share of pixels well beyond ink or paper, by a fifth of the way; mirrored.

    Example:
      >>> overdone(np.array([[0.0, 1.5], [0.0, -3.0]]))
      0.5
    """
    return float((np.abs(np.asarray(pictures, float)) > LIMIT).mean())


def a_prompt(
    starts: Float[np.ndarray, "_ pixels"],
    plain: Float[np.ndarray, "_ pixels"],
    guided: Float[np.ndarray, "_ pixels"],
    digits: Int[np.ndarray, " _"],
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """A box for a prompt, a slider for guidance, and two rows of pictures.

    Args:
      starts: Noise, one a picture.
      plain: Pictures of *a three* at scale 1.
      guided: The same at the scale of the slider.
      digits: What the world takes those for.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    box, pick = parts.text_box(
        "A prompt", "a three", EXAMPLES, rows=1, offer="Prompts to try"
    )
    slider = Slider(
        title="scale of guidance",
        start=0,
        end=MOST,
        step=1,
        value=SCALE,
        sizing_mode="stretch_width",
    )
    step = WIDE / ACROSS
    plot, source = board(
        [*plain, *guided],
        [
            (at * step + 0.3, bottom, 8.2)
            for bottom in (13.4, 0.4)
            for at in range(ACROSS)
        ],
        {"scale 1": (0.4, 22.4), "scale of the slider": (0.4, 9.4)},
        (WIDE, HIGH),
    )
    line = kit.status(
        prompt_line(
            read_as("a three", ["a", "three"], []),
            SCALE,
            digits.tolist(),
            [overdone(plain), overdone(guided)],
        ),
        lines=4,
    )
    draw = callback(
        "prompt",
        box=box,
        slider=slider,
        source=source,
        line=line,
        starts=starts.tolist(),
        words=list(WORDS),
        steps=STEPS,
    )
    for name in ("value", "value_input"):
        box.js_on_change(name, draw)
    slider.js_on_change("value", draw)
    begin_at_once(plot, draw)
    return kit.Embed(
        column(
            kit.beside([pick, box, slider], [plot, line], least=220, share=0.36),
            sizing_mode="stretch_width",
        ),
        alt="A box for a prompt and a slider for guidance; two rows of digits from the"
        " same noise, the second with stronger guidance.",
        status=line,
        table=[
            ("picture", "the world takes it for"),
            *((str(n + 1), str(d)) for n, d in enumerate(digits.tolist())),
        ],
        runtime=True,
        models=("diffusion_world", "diffusion_unet", "multimodality_text"),
        scripts=scripts,
    )
