"""Trained weights as int8 in one safe file.

Public names: :mod:`sbt_jax.checkpoints`.
"""

import dataclasses
import json
import math
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
from jaxtyping import Float, Int8

from sbt_jax.checkpoints.files import (
    replace_file,
)

FORMAT = "sbt-jax checkpoint"
VERSION = 1
# What numpy and zipfile raise on files that are cut short, changed or not a zip.
BROKEN_ZIP = (EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
DAMAGED = (OSError, TypeError, ValueError, *BROKEN_ZIP)


class Quantized(NamedTuple):
    """A matrix as small integers, with one scale a row."""

    values: Int8[np.ndarray, "rows cols"]
    scale: Float[np.ndarray, " rows"]


def quantize(weights: Float[np.ndarray, "rows cols"]) -> Quantized:
    r"""Round each row to 255 evenly spaced numbers around 0.

    .. math:: q_{ij} = \mathrm{round}(w_{ij} / s_i), \quad
              s_i = \max_j |w_{ij}| / 127

    Raises:
      TypeError: If weights are no numbers.
      ValueError: If a weight is not finite, or more than float32 can hold.

    Example:
      >>> quantize(np.array([[1.0, -0.5], [0.0, 0.0]], np.float32)).values
      array([[127, -64],
             [  0,   0]], dtype=int8)
    """
    if np.ndim(weights) != 2:
        raise ValueError(f"weights must be a matrix, got shape {np.shape(weights)}")
    weights = _floats("weights", weights)
    scale = (np.abs(weights).max(axis=1, initial=0) / 127).astype(np.float32)
    # A row of zeros has scale 0, and any divisor gives zeros.
    divisor = np.where(scale > 0, scale, 1)[:, None]
    return Quantized(np.rint(weights / divisor).astype(np.int8), scale)


def dequantize(quantized: Quantized) -> Float[np.ndarray, "rows cols"]:
    """The numbers that the integers stand for, in float32.

    Example:
      >>> print(dequantize(quantize(np.array([[1.0, -0.5]]))).round(3))
      [[ 1.    -0.504]]
    """
    return quantized.values * quantized.scale[:, None]


def as_shipped(weights: Any) -> Any:
    """Weights after the trip through int8: what a saved model will be.

    Arrays with one axis stay as they are; others are quantized with one
    scale for each index of their first axis.

    Example:
      >>> as_shipped({"w": np.array([[1.0, -0.5]], np.float32)})["w"].round(3)
      array([[ 1.   , -0.504]], dtype=float32)
    """

    def round_trip(leaf: Any) -> np.ndarray:
        array = _floats("weights", leaf)
        if array.ndim < 2:
            return array
        rows = quantize(_matrix(array))
        return dequantize(rows).reshape(array.shape)

    return jax.tree.map(round_trip, weights)


def save(path: Path, weights: Any, config: Any) -> None:
    """Write a pytree of weights as int8, and the config it was made with.

    Args:
      path: The ``.npz`` file; one that exists is replaced.
      weights: A pytree of float arrays.
      config: A dataclass of plain values.

    Raises:
      TypeError: If weights are no numbers, or ``config`` is no dataclass.
      ValueError: If a weight is not finite, two weights have the same name, or one is
        named like a part of the file.
    """
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"config must be a dataclass, got {config!r}")
    entries = {
        "format": np.array(FORMAT),
        "version": np.array(VERSION),
        "config": np.array(json.dumps(dataclasses.asdict(config))),
    }
    for name, leaf in _named(weights):
        if name in entries or name.endswith(":scale"):
            raise ValueError(
                f"weights must have names of their own, got {name!r} again"
            )
        array = _floats(name, leaf)
        if array.ndim < 2:
            entries[name] = array
        else:
            values, scale = quantize(_matrix(array))
            entries[name] = values.reshape(array.shape)
            entries[f"{name}:scale"] = scale
    file = BytesIO()
    np.savez_compressed(file, **entries)  # type: ignore[arg-type]
    replace_file(path, file.getvalue())


def _floats(name: str, weights: Any) -> np.ndarray:
    """Weights in float32, if that can hold them."""
    array = np.asarray(weights)
    if array.dtype.kind not in "iufbV":  # V: JAX's bfloat16
        raise TypeError(f"{name} must be numbers, got {array.dtype}")
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    good = np.isfinite(single)
    if not good.all():
        raise ValueError(
            f"{name} must be finite in float32, got {array[~good].flat[0]}"
        )
    return single


def _matrix(array: np.ndarray) -> np.ndarray:
    """One row for each index of the first axis, of which there may be none."""
    return array.reshape(len(array), math.prod(array.shape[1:]))


def read_config(path: Path) -> dict[str, Any]:
    """The config in a checkpoint, as a dictionary.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If it is not a whole checkpoint of this version.
    """
    try:
        config = json.loads(str(_entries(path)["config"]))
    except (KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: expected a config as JSON") from error
    if not isinstance(config, dict):
        raise ValueError(f"{path}: expected a config by name, got {config!r}")
    return config


def load(path: Path, template: Any) -> Any:
    """Read weights into the shape of a template.

    Args:
      path: A file that :func:`save` wrote.
      template: A pytree whose leaves have the shapes to expect, as
        ``jax.eval_shape`` gives it.

    Returns:
      A pytree like the template, of float32 arrays. Equal to
      :func:`as_shipped` of what was saved.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If the file is damaged, or its weights are not those of the
        template. The message names the file and what was expected.
    """
    entries = _entries(path)
    names = [name for name, _ in _named(template)]
    found = {name for name in entries if not name.endswith(":scale")}
    if found - {"format", "version", "config"} != set(names):
        raise ValueError(
            f"{path}: expected weights {sorted(names)}, got {sorted(found)}"
        )
    leaves = []
    for name, leaf in _named(template):
        array = entries[name]
        if array.shape != leaf.shape:
            expected = f"expected {name} of shape {leaf.shape}, got {array.shape}"
            raise ValueError(f"{path}: {expected}")
        leaves.append(_decoded(path, name, array, entries.get(f"{name}:scale")))
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


def _named(weights: Any) -> list[tuple[str, Any]]:
    """Leaves with dotted names, such as ``blocks.0.mlp.gate``."""
    leaves, _ = jax.tree.flatten_with_path(weights)
    return [
        (jax.tree_util.keystr(path, simple=True, separator="."), leaf)
        for path, leaf in leaves
    ]


def _entries(path: Path) -> dict[str, np.ndarray]:
    """All arrays of a checkpoint, after a check of its format and version."""
    try:
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
            entries = {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise
    except DAMAGED as error:
        raise ValueError(f"{path}: expected a whole .npz file, {error}") from error
    for name, expected in (("format", FORMAT), ("version", VERSION)):
        if name not in entries or entries[name].tolist() != expected:
            raise ValueError(
                f"{path}: expected {name} {expected!r}, got {entries.get(name)}"
            )
    return entries


def _decoded(
    path: Path, name: str, array: np.ndarray, scale: np.ndarray | None
) -> np.ndarray:
    """One float32 weight, checked."""
    expected = "finite float32 numbers"
    if array.ndim >= 2:
        expected = "int8 with a finite float32 scale for each row"
        if array.dtype != np.int8 or scale is None or scale.shape != array.shape[:1]:
            raise ValueError(f"{path}: expected {name} to be {expected}")
    floats = array if scale is None else scale
    if floats.dtype != np.float32 or not np.isfinite(floats).all():
        raise ValueError(f"{path}: expected {name} to be {expected}")
    if scale is None:
        return array
    rows = _matrix(array)
    return dequantize(Quantized(rows, scale)).reshape(array.shape)
