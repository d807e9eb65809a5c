"""What the page says of the mixing desk as it stands at first, in words.

Page: ``book/generation.md``. What it says of measured tables is in ``findings``.
"""

import dataclasses

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from sbt_jax.generation.filters import CUTS_FIRST, ORDER, Sampling, filtered


def findings_on_order(
    logits: Float[np.ndarray, " vocab"],
    truth: Float[np.ndarray, " vocab"],
    how: Sampling,
) -> tuple[dict[str, str], dict[str, bool]]:
    """How many tokens are left, with the heat before the cuts and after them.

    Args:
      logits: What the model says of the next token.
      truth: The true probability of each.
      how: A temperature above 1 and a cut.

    Returns:
      Texts by name, and claims.

    Example:
      >>> hot = Sampling(temperature=4.0, top_p=0.9)
      >>> logits = np.array([6.0, 2.0, 0.0], np.float32)
      >>> findings_on_order(logits, np.array([1.0, 0.0, 0.0]), hot)[0]
      {'hot_first': '3', 'hot_last': '1'}
    """
    given = jnp.asarray(logits)
    first, last = (
        int(np.isfinite(filtered(given, dataclasses.replace(how, order=order))).sum())
        for order in (ORDER, CUTS_FIRST)
    )
    possible = int((truth > 0).sum())
    return {"hot_first": str(first), "hot_last": str(last)}, {
        "a dozen friends": possible == 12,
        "heat lifts the tail": first > 100 > 12 > last,
    }
