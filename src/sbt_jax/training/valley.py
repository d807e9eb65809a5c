"""The landscape of the page: the way down, how fast is too fast, which words are asked.

Page: ``book/training.md``.
"""

import functools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from sbt_jax.training.optimizers import descend, sgd
from sbt_jax.training.surface import Lowest, Surface, surface_loss


def way_down(
    surface: Surface, start: Float[np.ndarray, " 2"], rate: float, steps: int
) -> list[tuple[float, float, float]]:
    """Steps of plain descent: the two weights, and the loss there.

    Args:
      surface: From :func:`sbt_jax.training.count_surface`.
      start: Where to begin.
      rate: The learning rate.
      steps: How many to take. The loss after the last is not asked: it is 0 here.

    Example:
      >>> from sbt_jax.training import count_surface
      >>> surface = count_surface(["a b a b a c"], ["a b a"], contexts=1, words=3)
      >>> (_, _, loss), (a, b, _) = way_down(surface, np.zeros(2), 0.1, 1)
      >>> print(f"{loss:.3f} {a:.3f} {b:.3f}")
      1.099 0.010 0.146
    """
    height = functools.partial(surface_loss, surface)
    path, heights = map(np.asarray, descend(sgd(), height, start, rate, steps))
    losses = [*heights.tolist(), 0.0]
    return [(a, b, loss) for (a, b), loss in zip(path.tolist(), losses, strict=True)]


def left_above(
    surface: Surface,
    start: Float[np.ndarray, " 2"],
    low: Lowest,
    rates: Sequence[float],
    steps: int = 500,
) -> list[float]:
    """How far above the lowest point plain descent ends, for each rate, in nats.

    Args:
      surface: From :func:`sbt_jax.training.count_surface`.
      start: Where to begin.
      low: From :func:`sbt_jax.training.lowest_point`.
      rates: Learning rates.
      steps: How many to take.
    """
    height = functools.partial(surface_loss, surface)
    return [
        float(np.asarray(descend(sgd(), height, start, rate, steps)[1])[-1]) - low.loss
        for rate in rates
    ]


def claims_of_valley(low: Lowest, ends: Sequence[float]) -> dict[str, bool]:
    """The sentences about the landscape, and whether they hold.

    Args:
      low: From :func:`sbt_jax.training.lowest_point`.
      ends: From :func:`left_above`, of a rate of 0.9 and one of 1.3.

    Example:
      >>> low = Lowest(np.zeros(2), 1.0, np.array([0.1, 2.0]))
      >>> list(claims_of_valley(low, [0.0, 1.0]).values())
      [True, True, True]
    """
    slow, fast = ends
    return {
        "at 0.9 descent arrives": abs(slow) < 1e-4,
        "at 1.3 it stays above": 0.05 < fast < 5,
        "the limit of the rate is near 1": 0.9 < 2 / float(low.bends[1]) < 1.3,
    }


def words_asked(surface: Surface, count: int, seed: int = 0) -> list[int]:
    """Contexts drawn as often as they come, for steps that look at one of them.

    Args:
      surface: From :func:`sbt_jax.training.count_surface`.
      count: How many.
      seed: Of the draw.
    """
    share = np.asarray(surface.came).sum(1)
    drawn = np.random.default_rng(seed).choice(len(share), count, p=share / share.sum())
    return drawn.tolist()
