"""Files that are shipped: cards, tables of results, and atomic writes.

Public names: :mod:`sbt_jax.checkpoints`.
"""

import dataclasses
import hashlib
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import numpy as np

from sbt_jax import checks

DATA = Path(__file__).parents[1] / "data"


@dataclasses.dataclass(frozen=True)
class Card:
    """How a shipped file was made.

    Args:
      what: One sentence on what the file holds.
      recipe: The module that makes it.
      seeds: The random seeds used.
      inputs: SHA-256 of each thing it was made from.
      held_out: What was measured on held-out data.
      versions: Of Python, JAX and NumPy; those running by default.
      sha256: Of the file itself; filled in by :func:`write_card`.
    """

    what: str
    recipe: str
    seeds: tuple[int, ...]
    inputs: dict[str, str]
    held_out: dict[str, Any]
    versions: dict[str, str] = dataclasses.field(default_factory=lambda: _versions())
    sha256: str = ""


def digest(content: str | bytes) -> str:
    """SHA-256 of a text (as UTF-8) or of bytes, in hexadecimal.

    Example:
      >>> digest("")[:8]
      'e3b0c442'
    """
    if not isinstance(content, str | bytes | bytearray):
        raise TypeError(f"content must be str or bytes, got {content!r}")
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(raw).hexdigest()


def write_card(path: Path, card: Card) -> None:
    """Put a card beside a file that is there, with the file's own digest."""
    signed = dataclasses.replace(card, sha256=digest(path.read_bytes()))
    replace_file(_card_path(path), _json(dataclasses.asdict(signed)))


def read_card(path: Path) -> Card:
    """The card of a file, after a check that it is the card of this content.

    Raises:
      FileNotFoundError: If the file or its card is missing.
      ValueError: If the card is damaged, or the file is not the one it is for.
    """
    card_path = _card_path(path)
    fields = _read_json(card_path)
    names = {field.name for field in dataclasses.fields(Card)}
    if not isinstance(fields, dict) or set(fields) != names:
        raise ValueError(f"{card_path}: expected a card with {sorted(names)}")
    card = Card(**fields | {"seeds": tuple(fields["seeds"])})
    found = digest(path.read_bytes())
    if card.sha256 != found:
        raise ValueError(f"{path}: expected the SHA-256 {card.sha256}, got {found}")
    return card


def cards(folder: Path = DATA) -> dict[str, Card]:
    """Every card shipped, by the name of the file that it describes.

    Example:
      >>> for name, card in cards().items():
      ...     assert card.what and card.recipe, name
    """
    files = sorted(file for file in folder.iterdir() if _card_path(file).exists())
    return {file.name: read_card(file) for file in files if file != _card_path(file)}


def data_file(name: str, folder: Path = DATA) -> Path:
    """The path of a shipped file.

    Raises:
      ValueError: If ``name`` is a path, not a name.
      FileNotFoundError: If nothing of this name is shipped.

    Example:
      >>> data_file("../secret")
      Traceback (most recent call last):
      ValueError: name must be a file name, got '../secret'
    """
    _check_name(name)
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: not shipped; a recipe makes it")
    return path


def write_table(name: str, table: Any, card: Card, folder: Path = DATA) -> None:
    """Write a table of results as JSON, with its card.

    Raises:
      ValueError: If ``table`` holds a number that is not finite.
    """
    _check_name(name)
    path = folder / f"{name}.json"
    replace_file(path, _json(table))
    write_card(path, card)


def read_table(name: str, folder: Path = DATA) -> Any:
    """A shipped table of results.

    Raises:
      FileNotFoundError: If nothing of this name is shipped.
      ValueError: If the table or its card is damaged.
    """
    path = data_file(f"{name}.json", folder)
    read_card(path)
    return _read_json(path)


def remembered(path: Path, key: Any, make: Callable[[], Any]) -> Any:
    """The result of a long computation, made once for each key.

    Args:
      path: Where the result is kept, as JSON.
      key: What it depends on, as plain values; another key makes it anew.
      make: Computes the result, plain values too.

    Returns:
      The result, as JSON gives it back.

    Example:
      >>> import tempfile
      >>> folder = tempfile.TemporaryDirectory()
      >>> path = Path(folder.name) / "one.json"
      >>> remembered(path, "a", lambda: 1), remembered(path, "a", lambda: 2)
      (1, 1)
      >>> remembered(path, "b", lambda: 2)
      2
      >>> folder.cleanup()
    """
    key = json.loads(_json(key))
    if path.exists():
        kept = _read_json(path)
        if kept["key"] == key:
            return kept["result"]
    result = json.loads(_json(make()))
    replace_file(path, _json({"key": key, "result": result}))
    return result


def _check_name(name: str) -> None:
    checks.text("name", name)
    if name != Path(name).name or name in ("", ".."):
        raise ValueError(f"name must be a file name, got {name!r}")


def _card_path(path: Path) -> Path:
    return path.with_name(f"{path.name.partition('.')[0]}.card.json")


def _versions() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "jax": jax.__version__,
        "numpy": np.__version__,
    }


def _json(value: Any) -> bytes:
    """JSON that is the same for equal values, and holds no NaN."""
    text = json.dumps(value, indent=1, sort_keys=True, allow_nan=False)
    return (text + "\n").encode("ascii")


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: expected JSON, {error}") from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, making its folder if need be."""
    if not isinstance(content, bytes | bytearray):
        raise TypeError(f"content must be bytes, got {content!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
