"""``_build/times.json``: what pages, tests and sessions took, and tables of it.

Only the standard library: the build, the tests and ``noxfile.py`` all write there.
"""

import json
import os
from pathlib import Path

MANY = 60  # programs; a page that compiles more wants a second look
NAMES = ("seconds", "processor", "compilations")


def load(file: Path) -> dict[str, dict]:
    """The sections of the file: ``pages``, ``tests``, ``sessions``."""
    try:
        return json.loads(file.read_text(encoding="utf8"))
    except (OSError, ValueError):  # none yet, or cut short
        return {}


def record(file: Path, section: str, rows: dict[str, dict], fresh: bool = True) -> None:
    """Write one section; unless ``fresh``, older rows of other names stay."""
    whole = load(file)
    whole[section] = rows if fresh else whole.get(section, {}) | rows
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.{os.getpid()}")
    new.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf8")
    new.replace(file)


def cells(row: dict) -> list[str]:
    """Seconds, processor seconds and compilations as they are shown."""
    seconds = [row.get(name) for name in NAMES[:2]]
    count = row.get("compilations")
    shown = ["" if value is None else f"{value:.1f}" for value in seconds]
    return [*shown, "" if count is None else str(count)]


def page_cells(row: dict) -> list[str]:
    """The same for a page, with a mark where it compiles too much."""
    *seconds, count = cells(row)
    many = (row.get("compilations") or 0) > MANY
    return [*seconds, f"{count} (more than {MANY})" if many else count]


def table(kind: str, rows: dict[str, dict]) -> str:
    """The rows as text, what took longest first, and their sum."""
    shown = page_cells if kind == "page" else cells
    order = sorted(rows, key=lambda name: -(rows[name].get("seconds") or 0))
    total = {name: sum(row.get(name) or 0 for row in rows.values()) for name in NAMES}
    lines = [(kind, *NAMES)]
    lines += [(name, *shown(rows[name])) for name in order]
    lines += [("together", *cells(total))]
    width = max(len(line[0]) for line in lines)
    return "\n".join(
        f"{name:<{width}}  {seconds:>8}  {processor:>9}  {compilations}".rstrip()
        for name, seconds, processor, compilations in lines
    )
