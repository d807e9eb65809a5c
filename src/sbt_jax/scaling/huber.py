r"""Fit a law to runs as Hoffmann and others did: Huber's loss on logarithms.

Public names: :mod:`sbt_jax.scaling`.
Source: Hoffmann et al. (2022), arXiv:2203.15556, section 3.3 and appendix D.2.
"""

import functools
import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from sbt_jax import checks
from sbt_jax.numbers import Number
from sbt_jax.scaling.fits import Runs, runs_of
from sbt_jax.scaling.law import Law

#: Where descents start: log E, log A, log B, alpha, beta.
STARTS = tuple(
    itertools.product((-1.0, 0.0), (3.0, 8.0), (3.0, 8.0), (0.4, 1.0), (0.4, 1.0))
)
DELTA = 1e-3  # from where on an error counts by its size and no longer by its square


def _huber(guess: Any, log_n: Any, log_d: Any, log_loss: Any, delta: Number) -> Any:
    floor, size, text, alpha, beta = guess
    parts = [jnp.full_like(log_n, floor), size - alpha * log_n, text - beta * log_d]
    said = jax.scipy.special.logsumexp(jnp.stack(parts), axis=0)
    # In units of delta: numbers far below 1 would end a search too early.
    return optax.losses.huber_loss((said - log_loss) / delta).mean()


@functools.partial(jax.jit, static_argnames=("steps", "delta"))
def _descend(starts: Any, logs: Any, steps: int, delta: float) -> Any:
    search = optax.lbfgs()

    def value(guess: Any) -> Any:
        log_n, log_d, log_loss = logs
        return _huber(guess, log_n, log_d, log_loss, delta)

    slope = optax.value_and_grad_from_state(value)

    def step(carry: Any, _: Any) -> Any:
        guess, state = carry
        now, gradient = slope(guess, state=state)
        update, state = search.update(
            gradient, state, guess, value=now, grad=gradient, value_fn=value
        )
        return (optax.apply_updates(guess, update), state), None

    def one(start: Any) -> Any:
        (guess, _), _ = jax.lax.scan(step, (start, search.init(start)), length=steps)
        return guess, value(guess)

    return jax.vmap(one)(starts)


def fit_huber(runs: Runs, delta: Number = DELTA, steps: int = 200) -> Law:
    r"""The law whose logarithm is nearest to those of some runs, by Huber's loss.

    .. math:: \min \sum_i \mathrm{Huber}_\delta \left( \log \left(
        e^{e} + e^{a - \alpha \log N_i} + e^{b - \beta \log D_i}
        \right) - \log L_i \right)

    L-BFGS descends from a grid of starts, in 64 bits, and the best end wins.

    Args:
      runs: At least five.
      delta: Errors of the logarithm beyond this count by their size.
      steps: Of each descent.

    Raises:
      ValueError: If a number is out of range.

    Tested in ``tests/scaling/test_mechanism.py``.
    """
    runs = runs_of(*runs)
    checks.number("delta", delta, 0, above=True)
    checks.whole("steps", steps, 1)
    with jax.enable_x64(True):
        logs = [jnp.asarray(np.log(values)) for values in runs]
        found, errors = _descend(jnp.asarray(STARTS), logs, steps, float(delta))
        errors = np.where(np.isfinite(errors), errors, np.inf)
        floor, size, text, alpha, beta = np.asarray(found)[errors.argmin()]
    return Law(*map(float, (np.exp(floor), np.exp(size), np.exp(text), alpha, beta)))
