"""Refusals that read alike: what an argument must be, and what it was.

Values are checked where they are plain; of arrays that ``jit`` may trace only shapes
and kinds are, which are known at once. What a number in such an array should not be,
such as NaN, is handed on so that it can be seen.
"""

import math
from collections.abc import Iterable, Sequence
from operator import index
from typing import Any

import jax
import numpy as np

#: Ids are 32-bit numbers everywhere.
MOST = 2**31 - 1


def whole(name: str, value: Any, low: int = 0, high: int | None = None) -> int:
    """A whole number in a range, as a Python int.

    Raises:
      TypeError: If it is not whole by its type: ``2.0`` and ``True`` are not.
      ValueError: If it is out of range.

    Example:
      >>> whole("steps", 0, low=1)
      Traceback (most recent call last):
      ValueError: steps must be >= 1, got 0
    """
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an int, got {value!r}")
    number = index(value)
    if number < low or (high is not None and number > high):
        span = f">= {low}" if high is None else f"in {low}..{high}"
        raise ValueError(f"{name} must be {span}, got {value}")
    return number


def number(
    name: str,
    value: Any,
    low: float | int = -math.inf,
    high: float | int = math.inf,
    *,
    above: bool = False,
    below: bool = False,
    infinite: bool = False,
) -> Any:
    """A number in a range, as it was given.

    Args:
      name: The argument.
      value: What was given.
      low: The least that it may be.
      high: The most that it may be.
      above: Whether it must be more than ``low``.
      below: Whether it must be less than ``high``.
      infinite: Whether it may be infinite.

    Raises:
      TypeError: If it is no single number.
      ValueError: If it is NaN or out of range.

    Example:
      >>> number("p", 1.5, 0, 1, above=True)
      Traceback (most recent call last):
      ValueError: p must be in (0, 1], got 1.5
    """
    real(name, value)
    fits = low < value if above else low <= value
    fits = fits and (value < high if below else value <= high)
    if fits and (infinite or abs(value) < math.inf):
        return value
    if high < math.inf:
        span = f"in {'(' if above else '['}{low:g}, {high:g}{')' if below else ']'}"
    elif low > -math.inf:
        span = f"{'>' if above else '>='} {low:g}"
    else:
        span = "finite"
    raise ValueError(f"{name} must be {span}, got {value}")


def real(name: str, value: Any) -> Any:
    """A single number, which may be NaN or infinite, as it was given.

    Raises:
      TypeError: If it is none.

    Example:
      >>> real("rate", "0.1")
      Traceback (most recent call last):
      TypeError: rate must be a number, got '0.1'
    """
    single = hasattr(value, "__float__") and not np.ndim(value)
    if not single or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be a number, got {value!r}")
    return value


def row(name: str, values: Any, size: int | None = None, low: int = 0) -> np.ndarray:
    """One sequence of ids, checked as :func:`ids` does.

    Example:
      >>> row("tokens", [[1, 2], [3, 4]])
      Traceback (most recent call last):
      ValueError: tokens must be one sequence, got shape (2, 2)
    """
    array = ids(name, values, size, low)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one sequence, got shape {array.shape}")
    return array


def ids(name: str, values: Any, size: int | None = None, low: int = 0) -> np.ndarray:
    """Ids as an array of 64-bit integers.

    Args:
      name: The argument.
      values: A sequence of whole numbers, or an array of them.
      size: How many ids there are; as many as 32 bits can number if not given.
      low: The lowest id.

    Raises:
      TypeError: If they are not whole by their type.
      ValueError: If one is out of range.

    Example:
      >>> ids("tokens", [1.9])
      Traceback (most recent call last):
      TypeError: tokens must be integers, got 1.9
    """
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} must be integers, got {values!r}")
    array = np.asarray(values)
    if not array.size:
        return array.astype(np.int64)
    if array.dtype.kind not in "iu":
        if array.dtype.kind == "f":  # of floats the first that is not whole says most
            raise TypeError(f"{name} must be integers, got {_first_of(array)}")
        wrong = [x for x in array.flat if isinstance(x, bool) or not _is_whole(x)]
        if wrong:
            raise TypeError(f"{name} must be integers, got {wrong[0]}")
    last = MOST if size is None else size - 1
    for wrong in (array.min(), array.max()):
        if not low <= wrong <= last:
            raise ValueError(f"{name} must be in {low}..{last}, got {wrong}")
    return array.astype(np.int64)


def _first_of(array: np.ndarray) -> Any:
    broken = array[array != np.rint(array)]
    return broken[0] if broken.size else array.flat[0]


def _is_whole(value: Any) -> bool:
    return hasattr(value, "__index__") and not isinstance(value, np.bool_)


def words(name: str, values: Iterable[str]) -> Sequence[str]:
    """Several texts: one alone would be read as its letters.

    Raises:
      TypeError: If it is one text, or holds something else.

    Example:
      >>> words("texts", "Tom")
      Traceback (most recent call last):
      TypeError: texts must be a list of str, got 'Tom'
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list of str, got {values!r}")
    found = tuple(values)
    for value in found:
        if not isinstance(value, str):
            raise TypeError(f"{name} must be a list of str, got {value!r}")
    return found


def text(name: str, value: Any) -> str:
    """One text.

    Raises:
      TypeError: If it is something else.

    Example:
      >>> text("prompt", "Once")
      'Once'
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, got {value!r}")
    return value


def shaped(name: str, array: Any, shape: tuple[int | None, ...]) -> Any:
    """An array of a shape; None stands for any size. It may be traced.

    Raises:
      ValueError: If it has another shape.

    Example:
      >>> shaped("weights", np.zeros(3), (2,))
      Traceback (most recent call last):
      ValueError: weights must have the shape (2,), got (3,)
    """
    found = np.shape(array)
    same = len(found) == len(shape)
    if not same or any(n not in (None, m) for n, m in zip(shape, found, strict=True)):
        wanted = str(shape).replace("None", "any")
        raise ValueError(f"{name} must have the shape {wanted}, got {found}")
    return array


def kind(name: str, array: Any, wanted: str) -> Any:
    """An array of a kind of numbers. It may be traced.

    Args:
      name: The argument.
      array: What was given.
      wanted: ``integers`` or ``booleans``.

    Raises:
      TypeError: If it holds numbers of another kind.

    Example:
      >>> kind("mask", np.ones(2), "booleans")
      Traceback (most recent call last):
      TypeError: mask must be booleans, got float64
    """
    found = getattr(array, "dtype", None)
    letters = {"integers": "iu", "booleans": "b"}[wanted]
    if found is None or found.kind not in letters:
        got = repr(array) if found is None else found
        raise TypeError(f"{name} must be {wanted}, got {got}")
    return array


def numbers(**arrays: Any) -> None:
    """Arrays of numbers, by name. They may be traced.

    Raises:
      TypeError: If one is no array, or of something else.

    Example:
      >>> numbers(logits="abc")
      Traceback (most recent call last):
      TypeError: logits must be an array of numbers, got 'abc'
    """
    for name, array in arrays.items():
        dtype = getattr(array, "dtype", None)
        if dtype is None and not isinstance(array, int | float):
            raise TypeError(f"{name} must be an array of numbers, got {array!r}")
        if dtype is not None and dtype.kind not in "iufbV":  # V: JAX's bfloat16
            raise TypeError(f"{name} must be numbers, got {dtype}")


def all_finite(name: str, values: Any) -> np.ndarray:
    """Numbers of which none is NaN or infinite; not under ``jit``.

    Raises:
      ValueError: If one is.

    Example:
      >>> all_finite("rewards", [1.0, float("nan")])
      Traceback (most recent call last):
      ValueError: rewards must be finite, got nan
    """
    array = np.asarray(values)
    if array.dtype.kind not in "iufbV":  # V: JAX's bfloat16
        raise TypeError(f"{name} must be numbers, got {values!r}")
    if array.dtype.kind == "V":
        array = array.astype(np.float32)
    good = np.isfinite(array)
    if not good.all():
        raise ValueError(f"{name} must be finite, got {array[~good].flat[0]}")
    return array


def known_ids(name: str, values: Any, size: int | None = None, low: int = 0) -> Any:
    """Ids as they are, checked as :func:`ids` does, or by their kind if traced.

    Example:
      >>> known_ids("tokens", np.array([0, 9]), size=5)
      Traceback (most recent call last):
      ValueError: tokens must be in 0..4, got 9
    """
    if isinstance(values, jax.core.Tracer):
        return kind(name, values, "integers")
    if not hasattr(values, "dtype") and not hasattr(values, "__index__"):
        raise TypeError(f"{name} must be an array of integers, got {values!r}")
    ids(name, values, size, low)
    return values
