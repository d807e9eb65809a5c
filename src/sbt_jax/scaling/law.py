r"""The law of the loss by size and text, and how to spend a budget by it.

Public names: :mod:`sbt_jax.scaling`.
Source: Hoffmann et al. (2022), arXiv:2203.15556, section 3.3.
"""

import math
from typing import Any, NamedTuple

import numpy as np

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.published.scaling import LAWS


class Law(NamedTuple):
    r"""What a loss is made of: :math:`L = E + A / N^\alpha + B / D^\beta`."""

    #: :math:`E`, what no model gets below, in nats a token.
    floor: float
    #: :math:`A`, of what too small a model costs.
    size: float
    #: :math:`B`, of what too little text costs.
    text: float
    #: How fast a larger model helps.
    alpha: float
    #: How fast more text helps.
    beta: float


class Split(NamedTuple):
    """How a budget is spent."""

    parameters: float
    tokens: float


def laws() -> dict[str, Law]:
    """The published constants, by who says so.

    Example:
      >>> laws()["Hoffmann, as printed"].floor
      1.69
    """
    return {name: Law(*figure.value) for name, figure in LAWS.items()}


def check_law(law: Any) -> Law:
    """A law whose numbers can be one.

    Raises:
      ValueError: If the floor or a factor is negative, or an exponent not positive.
    """
    for name in ("floor", "size", "text"):
        checks.number(f"law.{name}", getattr(law, name), 0)
    for name in ("alpha", "beta"):
        checks.number(f"law.{name}", getattr(law, name), 0, above=True)
    return law


def positive(name: str, values: Any) -> np.ndarray:
    """Finite numbers above zero, as an array of 64 bits.

    Raises:
      TypeError: If they are no numbers.
      ValueError: If one is not.
    """
    array = checks.all_finite(name, values).astype(np.float64)
    if not (array > 0).all():
        raise ValueError(f"{name} must be > 0, got {array[~(array > 0)].flat[0]}")
    return array


def training_flops(parameters: Number, tokens: Number) -> float:
    r"""What training costs: :math:`C \approx 6 N D`.

    Two operations for each weight and token forward, and twice as many backward.

    Args:
      parameters: :math:`N`.
      tokens: :math:`D`, all that are read, repeated ones too.

    Raises:
      ValueError: If one is not positive.

    Example:
      >>> print(f"{training_flops(175e9, 300e9):.2e}")
      3.15e+23
    """
    checks.number("parameters", parameters, 0, above=True)
    checks.number("tokens", tokens, 0, above=True)
    return 6.0 * parameters * tokens


def predicted_loss(law: Law, parameters: Any, tokens: Any) -> Any:
    r"""The loss that a law predicts: :math:`L = E + A / N^\alpha + B / D^\beta`.

    Args:
      law: The constants.
      parameters: :math:`N`, one or an array.
      tokens: :math:`D`, likewise.

    Returns:
      Nats a token.

    Raises:
      ValueError: If a number is not positive.

    Example:
      >>> law = laws()["Hoffmann, as printed"]
      >>> print(predicted_loss(law, 70e9, 1.4e12).round(3))
      1.937
    """
    check_law(law)
    n, d = positive("parameters", parameters), positive("tokens", tokens)
    return law.floor + law.size / n**law.alpha + law.text / d**law.beta


def growth(law: Law) -> float:
    r"""The exponent of the best size by budget: :math:`\beta / (\alpha + \beta)`.

    At one half, size and text grow alike.

    Example:
      >>> round(growth(laws()["fitted again"]), 3)
      0.513
    """
    check_law(law)
    return law.beta / (law.alpha + law.beta)


def best_split(law: Law, flops: Number) -> Split:
    r"""The size and the text that give the least loss for a budget.

    .. math::
        N = G \left(\frac{C}{6}\right)^{\beta / (\alpha + \beta)}, \qquad
        G = \left(\frac{\alpha A}{\beta B}\right)^{1 / (\alpha + \beta)}

    Args:
      law: The constants.
      flops: :math:`C`, the budget.

    Raises:
      ValueError: If the budget is not positive, or size or text cost nothing.

    Example:
      >>> best = best_split(laws()["fitted again"], 5.76e23)
      >>> print(f"{best.parameters:.1e} {best.tokens / best.parameters:.1f}")
      7.2e+10 18.4
    """
    check_law(law)
    checks.number("flops", flops, 0, above=True)
    for name in ("size", "text"):
        checks.number(f"law.{name}", getattr(law, name), 0, above=True)
    ratio = law.alpha * law.size / (law.beta * law.text)
    factor = ratio ** (1 / (law.alpha + law.beta))
    best = factor * (flops / 6) ** growth(law)
    return Split(best, flops / 6 / best)


def tokens_for(law: Law, loss: Number, parameters: Number) -> float:
    """The tokens with which a model of a size reaches a loss; infinite if it cannot.

    Args:
      law: The constants.
      loss: To be reached, in nats a token.
      parameters: Size of the model.

    Raises:
      ValueError: If a number is not positive.

    Example:
      >>> law = Law(1.0, 2.0, 8.0, 1.0, 1.0)
      >>> tokens_for(law, 3.0, 2.0), tokens_for(law, 2.0, 2.0)
      (8.0, inf)
    """
    check_law(law)
    checks.number("loss", loss, 0, above=True)
    checks.number("parameters", parameters, 0, above=True)
    left = loss - law.floor - law.size / parameters**law.alpha
    return (law.text / left) ** (1 / law.beta) if left > 0 else math.inf
