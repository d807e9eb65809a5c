"""Checkpoints for the browser: the same int8 numbers, as a script.

A page opened from disk may not read files, but it may load scripts.

Public names: :mod:`sbt_jax.checkpoints`.
"""

import base64
import json
from pathlib import Path

import numpy as np

from sbt_jax.checkpoints.files import DATA


def browser_script(name: str, folder: Path = DATA) -> str:
    """A checkpoint as JavaScript that adds itself to ``sbt.weights``.

    Args:
      name: The file's name without ``.npz``.
      folder: Where it is.

    Returns:
      A classic script. Integers and scales are base64 of little-endian
      bytes; ``sbt.transformer`` of ``viz/live/model.js`` unpacks them.

    Raises:
      FileNotFoundError: If there is no such checkpoint.

    Example:
      >>> script = browser_script("letters_tokens")
      >>> script[:34]
      '(globalThis.sbt ??= {}).weights = '
    """
    with np.load(folder / f"{name}.npz", allow_pickle=False) as file:
        entries = {key: file[key] for key in file.files}
    config = json.loads(str(entries.pop("config")))
    scales = {key: entries.pop(key) for key in list(entries) if key.endswith(":scale")}
    del entries["format"], entries["version"]
    arrays = {
        key: {
            "shape": array.shape,
            "values": _packed(array),
            "scale": _packed(scales.get(f"{key}:scale", np.zeros(0, np.float32))),
        }
        for key, array in entries.items()
    }
    content = json.dumps({name: {"config": config, "arrays": arrays}})
    return (
        "(globalThis.sbt ??= {}).weights = "
        f"Object.assign(globalThis.sbt.weights ?? {{}}, {content})\n"
    )


def _packed(array: np.ndarray) -> str:
    kind = array.dtype.newbyteorder("<")
    return base64.b64encode(array.astype(kind).tobytes()).decode("ascii")
