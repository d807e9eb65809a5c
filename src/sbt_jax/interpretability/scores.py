r"""How well one number tells something that is true from something that is not.

Public names: :mod:`sbt_jax.interpretability`.
Source: Fawcett (2006), "An introduction to ROC analysis", section 7, for the area under
the curve; Gao et al. (2024), arXiv:2406.04093, section 4.2, for probes of one latent.
"""

import numpy as np
from jaxtyping import Bool, Float

from sbt_jax import checks

TINY = 1e-12


def ranks(values: Float[np.ndarray, "samples features"]) -> np.ndarray:
    """The rank of each value in its column, from 1; equal ones share their mean.

    Raises:
      ValueError: If a value is not finite, or it is no matrix.

    Example:
      >>> print(ranks(np.array([[0.0], [5.0], [0.0]]))[:, 0])
      [1.5 3.  1.5]
    """
    values = checks.shaped("values", np.asarray(values), (None, None))
    checks.all_finite("values", values)
    found = np.empty(values.shape, np.float32)
    for column, one in enumerate(values.T):
        order = np.argsort(one, kind="stable")
        sorted_ = one[order]
        first = np.r_[True, sorted_[1:] != sorted_[:-1]]
        starts = np.flatnonzero(first)
        ends = np.r_[starts[1:], len(one)]
        middle = (starts + ends + 1) / 2
        found[order, column] = middle[np.cumsum(first) - 1]
    return found


def auc(
    values: Float[np.ndarray, "samples features"],
    labels: Bool[np.ndarray, "samples classes"],
) -> Float[np.ndarray, "features classes"]:
    """How often a value where a label holds is larger than one where it does not.

    0.5 is a coin, 1 is perfect; ties count half.

    Args:
      values: Of each unit at each place.
      labels: What holds at each place.

    Returns:
      The area under the curve of each unit for each label.

    Raises:
      TypeError: If labels are not booleans.
      ValueError: If they are of other places, or one always or never holds.

    Example:
      >>> x = np.array([[1.0], [2.0], [3.0]])
      >>> print(auc(x, np.array([[False], [False], [True]])))
      [[1.]]
    """
    labels = checks.kind("labels", np.asarray(labels), "booleans")
    checks.shaped("labels", labels, (len(values), None))
    yes = labels.sum(0).astype(float)
    no = len(labels) - yes
    if not ((yes > 0) & (no > 0)).all():
        always = int(np.flatnonzero((yes == 0) | (no == 0))[0])
        raise ValueError(f"labels must each hold somewhere, not everywhere: {always}")
    total = ranks(values).T.astype(np.float64) @ labels
    return (total - yes * (yes + 1) / 2) / (yes * no)


def mean_difference(
    stream: Float[np.ndarray, "samples width"],
    labels: Bool[np.ndarray, "samples classes"],
) -> Float[np.ndarray, "classes width"]:
    """For each label, the mean vector where it holds less that where it does not.

    Raises:
      TypeError: If labels are not booleans.
      ValueError: If they are of other places, or one always or never holds.

    Example:
      >>> x = np.array([[1.0, 0.0], [3.0, 0.0], [0.0, 2.0]])
      >>> print(mean_difference(x, np.array([[True], [True], [False]])))
      [[ 2. -2.]]
    """
    labels = checks.kind("labels", np.asarray(labels), "booleans")
    checks.shaped("labels", labels, (len(stream), None))
    yes = labels.sum(0)[:, None]
    if not ((yes > 0) & (yes < len(labels))).all():
        raise ValueError("labels must each hold somewhere, not everywhere")
    with_, all_ = labels.T.astype(stream.dtype) @ stream, stream.sum(0)
    return with_ / yes - (all_ - with_) / (len(labels) - yes)


def linear_probe(
    stream: Float[np.ndarray, "samples width"],
    labels: Bool[np.ndarray, "samples classes"],
    penalty: float = 1.0,
) -> tuple[Float[np.ndarray, "width classes"], Float[np.ndarray, " classes"]]:
    """Least squares: a direction for each label, and what is added.

    Args:
      stream: Vectors.
      labels: What holds at each.
      penalty: On the squared length of each direction.

    Raises:
      TypeError: If labels are not booleans.
      ValueError: If they are of other places, or ``penalty`` is negative.

    Example:
      >>> x = np.array([[0.0], [1.0], [2.0], [3.0]])
      >>> way, more = linear_probe(x, np.array([[False], [False], [True], [True]]), 0.0)
      >>> print(way.round(3), more.round(3))
      [[0.4]] [-0.1]
    """
    labels = checks.kind("labels", np.asarray(labels), "booleans")
    checks.shaped("labels", labels, (len(stream), None))
    checks.number("penalty", penalty, 0)
    checks.all_finite("stream", stream)
    x = np.asarray(stream, np.float64)
    mean, goal = x.mean(0), labels.mean(0)
    centred = x - mean
    square = centred.T @ centred + penalty * np.eye(x.shape[1])
    way = np.linalg.solve(square, centred.T @ (labels - goal))
    return way, goal - mean @ way


def largest_cosines(
    rows: Float[np.ndarray, "rows width"], cols: Float[np.ndarray, "cols width"]
) -> Float[np.ndarray, " rows"]:
    """For each direction of one set, its cosine to the nearest of another.

    Raises:
      ValueError: If a set is empty or the widths differ.

    Example:
      >>> print(largest_cosines(np.eye(2), np.array([[3.0, 0.0]])))
      [1. 0.]
    """
    for name, value in (("rows", rows), ("cols", cols)):
        checks.all_finite(name, value)
        if not len(value):
            raise ValueError(f"{name} must not be empty, got {np.shape(value)}")
    checks.shaped("cols", cols, (None, rows.shape[1]))
    sizes = [np.maximum(np.linalg.norm(x, axis=1), TINY) for x in (rows, cols)]
    return (rows / sizes[0][:, None] @ (cols / sizes[1][:, None]).T).max(1)
