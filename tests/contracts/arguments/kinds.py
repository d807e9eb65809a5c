"""What an argument is, and what follows: bad values with the right answer to each.

A kind makes cells: a label, a value, and a check of what comes back. ``Refused`` is an
error that names the argument and the value.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import jax
import numpy as np

NAN, INF = float("nan"), float("inf")


@dataclasses.dataclass
class Refused:
    """An error of this type whose text matches."""

    error: type[Exception] | tuple[type[Exception], ...]
    text: str


@dataclasses.dataclass
class Gives:
    """A result like this one."""

    value: Any
    rtol: float = 1e-5

    def check(self, found: Any) -> None:
        ours, right = jax.tree.leaves(found), jax.tree.leaves(self.value)
        if len(ours) == 1 and isinstance(self.value, list):
            right = [np.asarray(self.value)]
        assert len(ours) == len(right), (found, self.value)
        for one, other in zip(ours, right, strict=True):
            if isinstance(other, str | bytes):
                assert one == other
                continue
            one, other = (np.asarray(x, np.float64) for x in (one, other))
            np.testing.assert_allclose(one, other, self.rtol, self.rtol)


class Seen:
    """A result in which NaN or infinity can be seen."""

    def check(self, found: Any) -> None:
        leaves = [np.asarray(x, np.float64) for x in jax.tree.leaves(found)]
        assert not all(np.isfinite(x).all() for x in leaves), found


@dataclasses.dataclass
class Cell:
    label: str
    value: Any
    expected: Any
    double: bool = False  # whether to run in 64-bit mode


def refused(name: str, value: Any, error: Any = (TypeError, ValueError)) -> Refused:
    """Named in any way, and the value said as it is printed."""
    said = {re.escape(str(value)), re.escape(repr(value))}
    return Refused(error, rf"(?s){re.escape(name)}.*got.*({'|'.join(said)})")


@dataclasses.dataclass
class Whole:
    """A whole number in a range."""

    low: int = 0
    high: int | None = None
    none: bool = False  # whether None is right, too

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        for bad in (float(good if good is not None else 1), NAN, INF, "3", True, [1]):
            yield Cell(repr(bad), bad, refused(name, bad, TypeError))
        yield Cell("negative", self.low - 1, refused(name, self.low - 1, ValueError))
        if self.high is not None:
            yield Cell("large", self.high + 1, refused(name, self.high + 1, ValueError))
        if not self.none:
            yield Cell("none", None, refused(name, None, TypeError))


@dataclasses.dataclass
class Number:
    """A number in a range. ``nan`` and ``inf`` say what comes of them."""

    low: float = -INF
    high: float = INF
    above: bool = False
    below: bool = False
    inf: Any = None
    nan: Any = None

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        for bad in (str(good), None, [good], True):
            yield Cell(repr(bad), bad, refused(name, bad, TypeError))
        yield Cell("nan", NAN, self.nan or refused(name, NAN, ValueError))
        yield Cell("inf", INF, self.inf or refused(name, INF, ValueError))
        if self.low > -INF:
            bad = self.low if self.above else self.low - 0.5
            yield Cell("low", bad, refused(name, bad, ValueError))
        if self.high < INF:
            bad = self.high if self.below else self.high + 0.5
            yield Cell("high", bad, refused(name, bad, ValueError))


@dataclasses.dataclass
class Ids:
    """An array of ids below ``size``. ``empty`` says what comes of none."""

    size: int | None = None
    low: int = 0
    empty: Any = None
    array: bool = True  # whether it must be an array
    shape: bool = False  # whether another length is refused
    types: bool = True  # whether other types of integers are tried

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        def put(value: Any) -> Any:
            new = np.array(good, dtype=np.asarray(value).dtype)
            new.flat[-1] = value
            return new if self.array else new.tolist()

        half = np.asarray(good) + 0.5
        half = half if self.array else half.tolist()
        got = "float64" if self.array else "5"
        text = rf"(?s){re.escape(name)}.*got.*(\.5|{got})"
        yield Cell("floats", half, Refused(TypeError, text))
        yield Cell(
            "negative", put(self.low - 1), refused(name, self.low - 1, ValueError)
        )
        yield Cell("string", "ab", Refused(TypeError, rf"{re.escape(name)}.*got.*ab"))
        large = 2**31 if self.size is None else self.size
        yield Cell("large", put(large), refused(name, large, ValueError))
        if self.array and self.types:
            small = np.asarray(good, np.uint8)
            if self.low >= 0:
                yield Cell("uint8", small, "same")
            yield Cell("int64", np.asarray(good, np.int64), "same", double=True)
        if self.shape:
            more = np.concatenate([good, good])
            yield Cell(
                "shape", more, Refused(ValueError, rf"(?s){name}.*got.*{len(more)}")
            )
        if self.empty is not None:
            none = np.asarray(good)[:0]
            yield Cell("empty", none if self.array else none.tolist(), self.empty)


@dataclasses.dataclass
class Floats:
    """An array of numbers. ``nan``, ``inf`` and ``empty`` say what comes of them.

    ``shape`` is the kind of other shape that is refused: "last" axis, "first", or None.
    """

    nan: Any = dataclasses.field(default_factory=Seen)
    inf: Any = dataclasses.field(default_factory=Seen)
    empty: Any = None
    shape: str | None = "last"
    half: float | None = 2e-2  # how near half precision comes
    whole: bool = False  # whether whole numbers mean the same

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        def put(value: Any) -> np.ndarray:
            new = np.array(good)
            new.flat[0] = value
            return new

        good = np.asarray(good)
        yield Cell("string", "ab", Refused(TypeError, rf"{name}.*got 'ab'"))
        for label, value, right in (("nan", NAN, self.nan), ("inf", INF, self.inf)):
            right = refused(name, value, ValueError) if right == "refused" else right
            yield Cell(label, put(value), right)
        if self.half is not None:
            yield Cell("half", good.astype(np.float16), ("same", self.half))
            yield Cell("double", good.astype(np.float64), "same", double=True)
        if self.whole:
            yield Cell("whole", np.rint(good).astype(np.int32), ("as", np.rint(good)))
        if self.shape:
            axis = -1 if self.shape == "last" else 0
            more = np.concatenate([good, good], axis=axis)
            size = more.shape[axis]
            yield Cell("shape", more, Refused(ValueError, rf"(?s){name}.*got.*{size}"))
        if self.empty is not None:
            none = good[..., :0]
            right = rf"(?s){name}.*got"
            right = (
                Refused(ValueError, right) if self.empty == "refused" else self.empty
            )
            yield Cell("empty", none, right)


@dataclasses.dataclass
class Mask:
    """An array of booleans, or of weights from 0 to 1."""

    shape: bool = True
    weights: bool = False

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        if self.weights:
            text = f"{name} must be from 0 to 1, got 0.0 to 2.0"
            over = np.linspace(0, 2, good.size, dtype=np.float32).reshape(good.shape)
            yield Cell("out of range", over, Refused(ValueError, text))
        for dtype in (np.int32, np.complex64 if self.weights else np.float32):
            bad = np.asarray(good).astype(dtype)
            text = f"{name}.*booleans.*{bad.dtype}"
            yield Cell(str(bad.dtype), bad, Refused(TypeError, text))
        yield Cell("string", "ab", Refused(TypeError, f"{name}.*got 'ab'"))
        if self.shape:
            more = np.concatenate([good, good], axis=-1)
            text = rf"(?s){name}.*got.*{more.shape[-1]}"
            yield Cell("shape", more, Refused(ValueError, text))


@dataclasses.dataclass
class Words:
    """Several texts: one alone would be read as its letters."""

    empty: Any = None

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        yield Cell("string", "ab", refused(name, "ab", TypeError))
        yield Cell("numbers", [1, 2], Refused(TypeError, rf"{name}.*got.*1"))
        yield Cell("none", None, refused(name, None, TypeError))
        if self.empty is not None:
            yield Cell("empty", [], self.empty)


@dataclasses.dataclass
class Text:
    """One text."""

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        for bad in (5, None, b"ab"):
            text = rf"{name}.*got.*({re.escape(repr(bad))}|{type(bad).__name__})"
            yield Cell(repr(bad), bad, Refused(TypeError, text))


@dataclasses.dataclass
class One:
    """One of some names."""

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        for bad in ("other", None, 5):
            yield Cell(repr(bad), bad, refused(name, bad))


@dataclasses.dataclass
class Cells:
    """Cells that no kind makes: pairs of a value and what comes of it."""

    pairs: list[tuple[Any, Any]]

    def cells(self, name: str, good: Any) -> Iterator[Cell]:
        for value, expected in self.pairs:
            if isinstance(expected, type):
                expected = refused(name, value, expected)
            yield Cell(repr(value)[:30], value, expected)


@dataclasses.dataclass
class Row:
    """One function: good arguments, and the kind of each that can be bad.

    ``rest`` says, for each argument that has no kind, why: a key, a function, weights.
    """

    good: dict[str, Any]
    kinds: dict[str, Any]
    rest: str = ""
    call: Callable[..., Any] | None = None  # if not the function itself

    def cells(self) -> Iterator[tuple[str, Cell]]:
        for name, kinds in self.kinds.items():
            for kind in kinds if isinstance(kinds, list) else [kinds]:
                for cell in kind.cells(name, self.good.get(name)):
                    yield name, cell
