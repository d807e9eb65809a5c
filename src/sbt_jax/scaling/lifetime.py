"""A model that is used: the cheapest size when every answer costs, too.

Public names: :mod:`sbt_jax.scaling`.
Source: Sardana et al. (2024), arXiv:2401.00448, section 2.
"""

import math

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.scaling.law import Law, Split, best_split, check_law, tokens_for

GOLDEN = (math.sqrt(5) - 1) / 2
ROUNDS = 100  # of the search: each leaves 0.62 of the range


def lifetime_flops(parameters: Number, tokens: Number, served: Number) -> float:
    """What a model costs over its life: 6 N D to train it, 2 N for each token later.

    Args:
      parameters: Size of the model.
      tokens: That it is trained on.
      served: That it reads and writes when it is used.

    Raises:
      ValueError: If a number is out of range.

    Example:
      >>> lifetime_flops(10.0, 5.0, 20.0)
      700.0
    """
    checks.number("parameters", parameters, 0, above=True)
    checks.number("tokens", tokens, 0, above=True)
    checks.number("served", served, 0)
    return 6.0 * parameters * tokens + 2.0 * parameters * served


def cheapest(law: Law, loss: Number, served: Number = 0.0) -> Split:
    """The size and the text that reach a loss with the least work over a life.

    Args:
      law: The constants.
      loss: To be reached, in nats a token; above the law's floor.
      served: Tokens that the model will read and write when it is used.

    Raises:
      ValueError: If the loss cannot be reached, or a number is out of range.

    Example:
      >>> from sbt_jax.scaling import laws
      >>> law = laws()["fitted again"]
      >>> often = cheapest(law, 2.0, served=1e13)
      >>> often.parameters < cheapest(law, 2.0).parameters
      True
    """
    check_law(law)
    checks.number("loss", loss, law.floor, above=True)
    checks.number("served", served, 0)
    best_split(law, 1.0)  # refuses a law in which size or text cost nothing
    # The smallest model that could reach it, with endless text, is no less than this.
    low = math.log((law.size / (loss - law.floor)) ** (1 / law.alpha))
    high = low + 40.0

    def cost(log_size: Number) -> float:
        size = math.exp(log_size)
        tokens = tokens_for(law, loss, size)
        return math.log(size) + math.log(6 * tokens + 2 * served)

    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    costs = [cost(left), cost(right)]
    for _ in range(ROUNDS):
        if costs[0] < costs[1]:
            high, right = right, left
            left = high - GOLDEN * (high - low)
            costs = [cost(left), costs[0]]
        else:
            low, left = left, right
            right = low + GOLDEN * (high - low)
            costs = [costs[1], cost(right)]
    size = math.exp((low + high) / 2)
    return Split(size, tokens_for(law, loss, size))
