r"""Text that is read again: what a second reading is worth.

Public names: :mod:`sbt_jax.scaling`.
Source: Muennighoff et al. (2023), arXiv:2305.16264, section 3 and its code.
"""

import math
from typing import Any

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.published.scaling import SCALING


def worth(different: Number, readings: Number, half: Any = None) -> float:
    r"""How many new tokens a text is worth that is read several times.

    .. math:: D' = U + U R^* \left(1 - e^{-(k - 1) / R^*}\right)

    Args:
      different: :math:`U`, tokens of the text.
      readings: :math:`k`, how often it is read; at least once.
      half: :math:`R^*`, after about so many repeats they stop helping; the published
        one if not given.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> print(*(round(worth(1.0, k), 2) for k in (1, 4, 40)))
      1.0 3.73 15.17
    """
    checks.number("different", different, 0, above=True)
    checks.number("readings", readings, 1)
    star = SCALING["repeats_law"].value[4] if half is None else half
    checks.number("half", star, 0, above=True)
    more = star * (1 - math.exp(-(readings - 1) / star))
    return different + different * more


def repeated_loss(parameters: Number, tokens: Number, different: Number) -> float:
    """The loss of a model that reads few texts often, by the published law.

    Too large a model for its texts is worth less than its size, too, by a formula of
    the same kind.

    Args:
      parameters: Size of the model.
      tokens: That it reads in all.
      different: Of these, how many are different; no more than ``tokens``.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> round(repeated_loss(6.34e9, 242e9, 25e9), 5)
      2.22564
    """
    checks.number("parameters", parameters, 0, above=True)
    checks.number("tokens", tokens, 0, above=True)
    checks.number("different", different, 0, tokens, above=True)
    size, text, floor, power, _, star = SCALING["repeats_law"].value
    # The best size for that much text, by equal exponents.
    best = math.exp((size - text) / (2 * power)) ** 2 * different
    used = min(parameters, best)
    as_size = worth(used, parameters / used, star)
    as_text = worth(different, tokens / different)
    return (
        math.exp(floor)
        + math.exp(size) / as_size**power
        + math.exp(text) / as_text**power
    )
