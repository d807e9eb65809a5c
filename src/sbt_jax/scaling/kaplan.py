r"""The older law, and why it said something else.

Public names: :mod:`sbt_jax.scaling`.
Source: Kaplan et al. (2020), arXiv:2001.08361, equations 1.1 to 1.5; Pearce and Song
(2024), arXiv:2406.12907, section 4.
"""

import numpy as np

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.published.scaling import SCALING
from sbt_jax.scaling.approaches import power_line
from sbt_jax.scaling.law import Law, check_law


def kaplan_loss(parameters: Number, tokens: Number) -> float:
    r"""The loss that Kaplan and others predicted. It has no floor.

    .. math::
        L = \left[ \left(\frac{N_c}{N}\right)^{\alpha_N / \alpha_D}
        + \frac{D_c}{D} \right]^{\alpha_D}

    Args:
      parameters: :math:`N`, those of the embedding left out.
      tokens: :math:`D`; may be infinite.

    Raises:
      ValueError: If a number is not positive.

    Example:
      >>> round(kaplan_loss(1e9, float("inf")), 2)  # (8.8e13 / 1e9) ** 0.076
      2.38
    """
    checks.number("parameters", parameters, 0, above=True)
    checks.number("tokens", tokens, 0, above=True, infinite=True)
    power, sizes = SCALING["kaplan_size"].value
    text_power, texts = SCALING["kaplan_text"].value
    both = (sizes / parameters) ** (power / text_power) + texts / tokens
    return float(both**text_power)


def seen_without_embedding(
    law: Law, low: Number = 768.0, high: Number = 1.5e9, points: int = 20
) -> float:
    r"""The exponent that small models show when their embeddings are not counted.

    Losses follow ``law`` exactly. The best size of each budget is found with all
    weights counted as :math:`N = n + \omega n^{1/3}`, where :math:`n` are those beside
    the embedding. Then somebody counts only :math:`n`, in the budget as well, and draws
    a line.

    Args:
      law: Of the loss by all weights.
      low: The smallest :math:`n`.
      high: The largest one.
      points: How many best sizes the line goes through.

    Returns:
      The exponent of the best :math:`n` by budget.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> from sbt_jax.scaling import growth, laws
      >>> law = laws()["fitted again"]
      >>> round(growth(law), 2), seen_without_embedding(law) > 0.7
      (0.51, True)
    """
    check_law(law)
    checks.number("low", low, 0, above=True)
    checks.number("high", high, low, above=True)
    checks.whole("points", points, 2)
    omega = SCALING["pearce_embedding"].value
    n = np.geomspace(low, high, points)
    everything = n + omega * n ** (1 / 3)
    grows = 1 + omega / 3 * n ** (-2 / 3)  # weights in all for one more in the blocks
    # At the best size the loss does not change with it while 6 n D stays as it is.
    size = law.alpha * law.size * grows / everything ** (law.alpha + 1)
    text = law.beta * law.text * n ** (law.beta - 1)
    budgets = 6 * (text / size) ** (1 / law.beta)
    return power_line(budgets, n).slope
