"""Three denoisers on the same noise: a copier, the world's and the network; live.

Public names: :mod:`sbt_jax.viz.diffusion`; ``erase.mjs`` is the browser half.
"""

from collections.abc import Sequence

import numpy as np
from bokeh.layouts import column
from bokeh.models import Slider
from jaxtyping import Float

from sbt_jax.numbers import decimal
from sbt_jax.viz import kit
from sbt_jax.viz.diffusion.board import Place, board
from sbt_jax.viz.diffusion.erase import callback

ROWS = ("perfect for the known pictures", "perfect for the world", "our network")
KNOWN = (10, 100, 400)
ACROSS = 3
STEPS = 16
WIDE, HIGH, ROW = 55.5, 36.0, 11.9  # a row is a picture and its label


def nearest(
    picture: Float[np.ndarray, " pixels"], known: Float[np.ndarray, "_ pixels"]
) -> tuple[int, float]:
    """The known picture nearest to one, and how far it is: a pixel's root mean square.

    Example:
      >>> nearest(np.zeros(2), np.array([[1.0, 1.0], [0.0, 0.5]]))
      (1, 0.3535533905932738)
    """
    far = ((known - picture) ** 2).mean(1)
    at = int(far.argmin())
    return at, float(far[at] ** 0.5)


def copies_line(known: int, far: Sequence[float]) -> str:
    """What the line says; mirrored.

    Example:
      >>> copies_line(10, [0.0, 0.5, 0.25])[:45]
      'Distance to the nearest of 10 known pictures '
    """
    told = ", ".join(f"{name}: {decimal(x)}" for name, x in zip(ROWS, far, strict=True))
    return (
        f"Distance to the nearest of {known} known pictures (a pixel goes from -1 to 1)"
        f" – {told}."
    )


def places() -> list[Place]:
    """Where each picture stands: by row, made and nearest in turns."""
    found: list[Place] = []
    for row in range(len(ROWS)):
        bottom = HIGH - ROW * (row + 1) + 0.4
        for at in range(ACROSS):
            left = at * WIDE / ACROSS + 0.6
            found += [(left, bottom, 8.0), (left + 8.4, bottom, 8.0)]
    return found


def three_denoisers(
    starts: Float[np.ndarray, "_ pixels"],
    letters: Sequence[str],
    known: Float[np.ndarray, "_ pixels"],
    made: Sequence[Float[np.ndarray, "_ pixels"]],
    first: int = 1,
    scripts: Sequence[str] = (),
) -> kit.Embed:
    """Pictures of three denoisers, each beside the nearest known picture.

    Args:
      starts: Noise; three of them for each place of the slider.
      letters: Known pictures, as ``as_letters`` writes them.
      known: The same from -1 to 1.
      made: By denoiser, the pictures of the noise that is shown first.
      first: Where the slider stands.
      scripts: What a notebook needs; see :class:`sbt_jax.viz.kit.Embed`.
    """
    group, pick = kit.choice("Known pictures", [str(n) for n in KNOWN])
    group.active = len(KNOWN) - 1
    slider = Slider(
        title="noise",
        start=1,
        end=len(starts) // ACROSS,
        step=1,
        value=first,
        sizing_mode="stretch_width",
    )
    cells, far = [], []
    for pictures in made:
        found = [nearest(picture, known) for picture in pictures]
        far.append(float(np.mean([x for _, x in found])))
        for picture, (at, _) in zip(pictures, found, strict=True):
            cells += [picture, known[at]]
    plot, source = board(
        cells,
        places(),
        {name: (0.6, HIGH - ROW * row - 3.0) for row, name in enumerate(ROWS)},
        (WIDE, HIGH),
    )
    line = kit.status(copies_line(KNOWN[-1], far), lines=4)
    draw = callback(
        "copies",
        group=group,
        slider=slider,
        source=source,
        line=line,
        letters=list(letters),
        starts=starts.tolist(),
        known=list(KNOWN),
        across=ACROSS,
        steps=STEPS,
        rows=list(ROWS),
    )
    group.js_on_change("active", draw)
    slider.js_on_change("value", draw)
    return kit.Embed(
        column(
            kit.beside([pick, slider, line], [plot], least=220, share=0.36),
            sizing_mode="stretch_width",
        ),
        alt="Three rows of pictures from the same noise, each beside the nearest known"
        " picture: copies, pictures of the world's exact guess, and the network's.",
        status=line,
        table=[
            ("guess", "distance to the nearest known picture"),
            *((name, decimal(x)) for name, x in zip(ROWS, far, strict=True)),
        ],
        runtime=True,
        models=("diffusion_world", "diffusion_unet"),
        scripts=scripts,
    )
