"""GGUF files: settings, vocabulary and weights of a model in one file.

Nothing is trusted: every length is compared with what is left of the file before
anything is made of it. Weights stay in the file until they are asked for.

Public names: :mod:`sbt_jax.real`.
Source: the GGUF specification (``docs/gguf.md`` of ggml); the blocks of small numbers:
``ggml-quants.c`` there.
"""

import math
import mmap
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

MAGIC = b"GGUF"
VERSIONS = (2, 3)
#: Types of settings, by number; 8 is text and 9 a list.
SCALARS = {
    0: "<u1", 1: "<i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4",
    6: "<f4", 7: "|b1", 10: "<u8", 11: "<i8", 12: "<f8",
}  # fmt: skip
TEXT, LIST = 8, 9
DIMENSIONS = 4  # the most that a tensor has


class Tensor(NamedTuple):
    """Where the numbers of an array are, and how they are written."""

    kind: str
    shape: tuple[int, ...]
    start: int  # in the file
    size: int  # bytes


class Gguf(NamedTuple):
    """A file that was read up to its weights."""

    path: Path
    settings: dict[str, Any]
    tensors: dict[str, Tensor]
    content: Any  # of the whole file, as it lies on the disk


class Kind(NamedTuple):
    """Numbers that are written in blocks of one size."""

    name: str
    numbers: int  # of a block
    size: int  # its bytes
    decode: Callable[[np.ndarray], np.ndarray]  # from bytes, a block a row


def _halves(blocks: np.ndarray, column: int) -> np.ndarray:
    """A half-precision number of each block."""
    raw = np.ascontiguousarray(blocks[:, column : column + 2])
    return raw.view("<f2").astype(np.float32)


def _nibbles(raw: np.ndarray) -> np.ndarray:
    """Two whole numbers a byte: the low halves come first."""
    return np.concatenate([raw & 15, raw >> 4], axis=1).astype(np.float32)


def _q4_0(blocks: np.ndarray) -> np.ndarray:
    return _halves(blocks, 0) * (_nibbles(blocks[:, 2:]) - 8)


def _q4_1(blocks: np.ndarray) -> np.ndarray:
    return _halves(blocks, 0) * _nibbles(blocks[:, 4:]) + _halves(blocks, 2)


def _q8_0(blocks: np.ndarray) -> np.ndarray:
    whole = np.ascontiguousarray(blocks[:, 2:]).view(np.int8)
    return _halves(blocks, 0) * whole.astype(np.float32)


def _bf16(blocks: np.ndarray) -> np.ndarray:
    upper = np.ascontiguousarray(blocks).view("<u2").astype(np.uint32)
    return (upper << 16).view(np.float32)


#: How weights may be written, by number.
KINDS = {
    0: Kind("F32", 1, 4, lambda b: np.ascontiguousarray(b).view("<f4")),
    1: Kind("F16", 1, 2, lambda b: _halves(b, 0)),
    2: Kind("Q4_0", 32, 18, _q4_0),
    3: Kind("Q4_1", 32, 20, _q4_1),
    8: Kind("Q8_0", 32, 34, _q8_0),
    30: Kind("BF16", 1, 2, _bf16),
}
_BY_NAME = {kind.name: kind for kind in KINDS.values()}


class _Cursor:
    """A place in a file that never passes its end."""

    def __init__(self, path: Path, content: Any) -> None:
        self.path, self.content, self.at = path, content, 0

    def fail(self, expected: str) -> ValueError:
        return ValueError(f"{self.path}: expected {expected}")

    def room(self, count: int, size: int, what: str) -> None:
        """Refuse more things of at least this size than the rest can hold."""
        left = len(self.content) - self.at
        if count * size > left:
            said = f"{what}: {count} of {size} bytes or more, got {left} bytes"
            raise self.fail(said)

    def take(self, size: int, what: str) -> bytes:
        self.room(1, size, what)
        self.at += size
        return self.content[self.at - size : self.at]

    def number(self, form: str, what: str) -> int:
        return struct.unpack(form, self.take(struct.calcsize(form), what))[0]

    def text(self, what: str) -> str:
        raw = self.take(self.number("<Q", what), what)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.fail(f"{what} in UTF-8, {error}") from error

    def value(self, what: str, kind: int) -> Any:
        """A setting of a type: text, a list of one type, or a single value."""
        if kind == TEXT:
            return self.text(what)
        if kind in SCALARS:
            return self.array(what, kind, 1)[0]
        if kind != LIST:
            raise self.fail(f"{what} of a type from 0 to 12, got {kind}")
        inner, count = self.number("<I", what), self.number("<Q", what)
        if inner == TEXT:
            self.room(count, 8, what)
            return [self.text(what) for _ in range(count)]
        if inner not in SCALARS:
            raise self.fail(f"{what} to be a list of values, got one of type {inner}")
        return self.array(what, inner, count)

    def array(self, what: str, kind: int, count: int) -> list[Any]:
        dtype = np.dtype(SCALARS[kind])
        self.room(count, dtype.itemsize, what)
        raw = self.take(count * dtype.itemsize, what)
        if kind == 7:  # NumPy would take any byte for a truth value
            return [byte != 0 for byte in raw]
        return np.frombuffer(raw, dtype).tolist()


def read_gguf(path: str | os.PathLike[str]) -> Gguf:
    """Read the settings of a file and where its weights are.

    Args:
      path: The file.

    Returns:
      Its settings by name, and its tensors by name, none of them read yet.

    Raises:
      OSError: If there is no such file, or it is a folder.
      ValueError: If it is no GGUF file of version 2 or 3, is cut short, or holds what
        no such file may. The message names the file and what was expected.

    Example:
      >>> read_gguf(__file__)  # doctest: +ELLIPSIS
      Traceback (most recent call last):
      ValueError: ...real/gguf.py: expected a GGUF file, got one that begins with ...
    """
    cursor = _Cursor(Path(path), _content(Path(path)))
    begins = cursor.content[:4]
    if begins != MAGIC:
        raise cursor.fail(f"a GGUF file, got one that begins with {begins!r}")
    cursor.at = 4
    version = cursor.number("<I", "a version")
    if version not in VERSIONS:
        raise cursor.fail(f"version 2 or 3 of GGUF, got {version}")
    tensors, settings = (cursor.number("<Q", "the table of contents") for _ in "ab")
    found: dict[str, Any] = {}
    cursor.room(settings, 13, "settings")
    for _ in range(settings):
        name = cursor.text("the name of a setting")
        if name in found:
            raise cursor.fail(f"each setting once, got {name} again")
        found[name] = cursor.value(name, cursor.number("<I", name))
    table = _tensors(cursor, tensors, found)
    return Gguf(cursor.path, found, table, cursor.content)


def _content(path: Path) -> Any:
    """The bytes of a file, read when they are needed."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    raise ValueError(f"{path}: expected a GGUF file, got an empty one")


def _tensors(
    cursor: _Cursor, count: int, settings: dict[str, Any]
) -> dict[str, Tensor]:
    """The table of tensors, each checked to lie within the file."""
    align = settings.get("general.alignment", 32)
    if type(align) is not int or align < 8 or align % 8:
        raise cursor.fail(f"general.alignment to be a multiple of 8, got {align!r}")
    cursor.room(count, 32, "tensors")
    rows = [_row(cursor) for _ in range(count)]
    begin = -(-cursor.at // align) * align  # of the numbers
    table: dict[str, Tensor] = {}
    for name, shape, kind, offset in rows:
        if name in table:
            raise cursor.fail(f"each tensor once, got {name} again")
        if offset % align:
            raise cursor.fail(f"{name} at a multiple of {align}, got {offset}")
        cursor.at, size = begin + offset, math.prod(shape) // kind.numbers * kind.size
        cursor.room(1, size, name)
        table[name] = Tensor(kind.name, shape, begin + offset, size)
    return table


def _row(cursor: _Cursor) -> tuple[str, tuple[int, ...], Kind, int]:
    """A tensor's name, shape and kind, and where it begins among the numbers."""
    name = cursor.text("the name of a tensor")
    dimensions = cursor.number("<I", name)
    if not 1 <= dimensions <= DIMENSIONS:
        raise cursor.fail(f"{name} to have 1 to 4 dimensions, got {dimensions}")
    # The file names the innermost size first, NumPy last.
    shape = tuple(cursor.number("<Q", name) for _ in range(dimensions))[::-1]
    number, offset = cursor.number("<I", name), cursor.number("<Q", name)
    if number not in KINDS:
        known = ", ".join(kind.name for kind in KINDS.values())
        raise cursor.fail(f"{name} to be of {known}, got type {number} of ggml")
    kind = KINDS[number]
    if shape[-1] % kind.numbers or not math.prod(shape):
        raise cursor.fail(f"{name} in blocks of {kind.numbers}, got shape {shape}")
    return name, shape, kind, offset


def tensor_values(file: Gguf, name: str) -> Float[np.ndarray, "..."]:
    """The numbers of a tensor.

    Args:
      file: From :func:`read_gguf`.
      name: Of the tensor.

    Returns:
      A new array in float32.

    Raises:
      KeyError: If there is no such tensor.
      ValueError: If a number is not finite.
    """
    tensor = file.tensors[name]
    kind = _BY_NAME[tensor.kind]
    raw = np.frombuffer(file.content, np.uint8, tensor.size, tensor.start)
    values = kind.decode(raw.reshape(-1, kind.size)).astype(np.float32, copy=False)
    if not np.isfinite(values).all():
        raise ValueError(f"{file.path}: expected {name} to hold finite numbers")
    return values.reshape(tensor.shape)
