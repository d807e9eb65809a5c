"""A linear probe: is something written in the numbers of a model, plainly?

Page: ``book/foundations.md``.  Public names: :mod:`sbt_jax.foundations`.
Source: Alain & Bengio (2016), "Understanding intermediate layers using linear
classifier probes", arXiv:1610.01644, section 3.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int

from sbt_jax import checks


class Probe(NamedTuple):
    """A linear classifier; its input is centred and scaled first."""

    weights: Float[Array, "width classes"]
    bias: Float[Array, " classes"]
    mean: Float[Array, " width"]
    scale: Float[Array, ""]


def fit_probe(
    features: Float[Array, "samples width"],
    labels: Int[Array, " samples"],
    classes: int,
    penalty: float | Float[Array, ""] = 1e-3,
    steps: int = 100,
) -> Probe:
    """Fit a softmax regression by L-BFGS. The problem is convex: no seed, no luck.

    Args:
      features: One row a sample.
      labels: The class of each, from 0.
      classes: Number of classes.
      penalty: Weight of the squared length of the weights; above 0, so that the
        minimum is unique.
      steps: Iterations.

    Returns:
      The probe.

    Raises:
      TypeError: If labels are not integers.
      ValueError: If there are not as many labels as rows, a label is of no class, a
        number is out of range or a feature is not finite.

    Example:
      >>> x = jnp.array([[0.0, 1.0], [0.0, 2.0], [3.0, 0.0], [4.0, 0.0]])
      >>> y = jnp.array([0, 0, 1, 1])
      >>> print(probe_accuracy(fit_probe(x, y, classes=2), x, y))
      1.0
    """
    checks.numbers(features=features)
    checks.whole("classes", classes, 2)
    checks.whole("steps", steps, 1)
    checks.known_ids("labels", labels, classes)
    if len(features) != len(labels):
        raise ValueError(
            f"labels must be one for each of {len(features)} rows, got {len(labels)}"
        )
    if not isinstance(features, jax.core.Tracer):
        checks.all_finite("features", features)
    if not isinstance(penalty, jax.core.Tracer):
        checks.number("penalty", penalty, 0, above=True)
    if not len(labels):
        raise ValueError(f"labels must not be empty, got {labels}")
    return _fit(features, labels, classes, penalty, steps)


@functools.partial(jax.jit, static_argnames=("classes", "steps"))
def _fit(
    features: Float[Array, "samples width"],
    labels: Int[Array, " samples"],
    classes: int,
    penalty: float | Float[Array, ""],
    steps: int,
) -> Probe:
    mean = features.mean(axis=0)
    scale = jnp.sqrt(jnp.mean((features - mean) ** 2)) + 1e-9
    x = (features - mean) / scale

    def loss(parts: Any) -> Float[Array, ""]:
        weights, bias = parts
        logits = x @ weights + bias
        nats = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return nats.mean() + penalty * (weights**2).sum()

    solver = optax.lbfgs()
    slope = optax.value_and_grad_from_state(loss)

    def step(carry: Any, _: None) -> tuple[Any, None]:
        parts, state = carry
        value, gradient = slope(parts, state=state)
        update, state = solver.update(
            gradient, state, parts, value=value, grad=gradient, value_fn=loss
        )
        return (optax.apply_updates(parts, update), state), None

    start = (jnp.zeros((x.shape[1], classes)), jnp.zeros(classes))
    ((weights, bias), _), _ = jax.lax.scan(
        step, (start, solver.init(start)), None, length=steps
    )
    return Probe(weights, bias, mean, scale)


def probe_accuracy(
    probe: Probe,
    features: Float[Array, "samples width"],
    labels: Int[Array, " samples"],
) -> Float[Array, ""]:
    """Share of samples whose likeliest class is the right one.

    Raises:
      TypeError: If labels are not integers.
      ValueError: If there are not as many labels as rows, a label is of no class or a
        feature is not finite.

    Example:
      >>> probe = Probe(jnp.eye(2), jnp.zeros(2), jnp.zeros(2), jnp.array(1.0))
      >>> print(probe_accuracy(probe, jnp.eye(2), jnp.array([0, 0])))
      0.5
    """
    checks.numbers(features=features)
    if not isinstance(features, jax.core.Tracer):
        checks.all_finite("features", features)
    checks.known_ids("labels", labels, len(probe.bias))
    checks.shaped("labels", labels, (len(features),))
    logits = (features - probe.mean) / probe.scale @ probe.weights + probe.bias
    return (logits.argmax(axis=-1) == labels).mean()
