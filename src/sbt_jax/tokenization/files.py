"""Save and load a tokenizer: JSON that notices when it was damaged.

Page: ``book/tokenization.md``.  Public names: :mod:`sbt_jax.tokenization`.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from sbt_jax.tokenization.model import Tokenizer

FORMAT = "sbt-jax tokenizer"
VERSION = 1


def _digest(spec: dict[str, Any]) -> str:
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def save(tokenizer: Tokenizer, path: str | os.PathLike[str]) -> None:
    """Write a tokenizer as JSON, whole or not at all.

    The text goes to a new file beside ``path`` that then takes its place, so
    that a full disk or a power cut leaves the old file as it was.

    Args:
      tokenizer: What to write.
      path: The file; one that exists is replaced.

    Raises:
      OSError: If the folder cannot be written to.

    Example:
      >>> folder = tempfile.TemporaryDirectory()
      >>> save(Tokenizer(((97, 98),)), f"{folder.name}/ab.json")
      >>> load(f"{folder.name}/ab.json").merges
      ((97, 98),)
      >>> folder.cleanup()
    """
    spec = tokenizer.spec()
    head = {"format": FORMAT, "version": VERSION, "sha256": _digest(spec)}
    text = json.dumps(head | spec, separators=(",", ":")) + "\n"
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # mkstemp's files are for their owner only
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: str | os.PathLike[str]) -> Tokenizer:
    """Read a tokenizer that :func:`save` wrote.

    Args:
      path: The file.

    Returns:
      A tokenizer equal to the one saved.

    Raises:
      FileNotFoundError: If there is no such file.
      ValueError: If the file is damaged, cut short, of another version or of
        another kind. The message names it and says what was expected.

    Example:
      >>> load(__file__)  # doctest: +ELLIPSIS
      Traceback (most recent call last):
      ValueError: ...tokenization/files.py: expected JSON, ...
    """
    name = os.fspath(path)
    try:
        found = json.loads(Path(path).read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: expected JSON, {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{name}: expected the format {FORMAT!r}")
    if found.get("version") != VERSION:
        expected = f"expected version {VERSION}, got {found.get('version')!r}"
        raise ValueError(f"{name}: {expected}")
    keys = ("merges", "special_tokens", "pattern")
    spec: dict[str, Any] = {key: found.get(key) for key in keys}
    written, got = found.get("sha256"), _digest(spec)
    if written != got:
        raise ValueError(f"{name}: expected the checksum {written!r}, got {got!r}")
    try:
        merges = tuple((left, right) for left, right in spec["merges"])
        return Tokenizer(merges, tuple(spec["special_tokens"]), spec["pattern"])
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: expected a tokenizer, {error}") from error
