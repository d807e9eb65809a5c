"""Citations as a notebook shows them: names, year and a link, in place of keys."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from pybtex.database import Entry, parse_file

CITED = re.compile(r"\{cite(?::(?P<kind>[a-z]+))?\}`(?P<keys>[^`]+)`")


@cache
def library(files: tuple[Path, ...]) -> dict[str, Entry]:
    """Every entry of the bibliographies, by its key."""
    found: dict[str, Entry] = {}
    for file in files:
        if file.is_file():
            found |= dict(parse_file(str(file)).entries.items())
    return found


def names(entry: Entry) -> str:
    """Who wrote it: one name, two, or the first of more."""
    people = entry.persons.get("author", []) or entry.persons.get("editor", [])
    last = [" ".join([*p.prelast_names, *p.last_names]) for p in people]
    plain = [re.sub(r"[{}]", "", name) for name in last] or ["Anonymous"]
    if len(plain) == 2:
        return " and ".join(plain)
    return plain[0] if len(plain) == 1 else f"{plain[0]} et al."


def address(entry: Entry) -> str:
    """Where it can be read, or nothing."""
    fields = entry.fields
    if "url" in fields:
        return fields["url"]
    if "doi" in fields:
        return f"https://doi.org/{fields['doi']}"
    if "eprint" in fields and "arxiv" in fields.get("archiveprefix", "").lower():
        return f"https://arxiv.org/abs/{fields['eprint']}"
    return ""


def linked(text: str, entry: Entry) -> str:
    return f"[{text}]({address(entry)})" if address(entry) else text


def citation(kind: str, entries: Iterable[Entry]) -> str:
    """What stands in the text: ``t`` names the authors in it, others in brackets."""
    if kind == "t":
        said = [
            linked(f"{names(one)} ({one.fields.get('year', 'n.d.')})", one)
            for one in entries
        ]
        return ", ".join(said)
    said = [
        linked(f"{names(one)}, {one.fields.get('year', 'n.d.')}", one)
        for one in entries
    ]
    return f"({'; '.join(said)})"


def with_citations(files: tuple[Path, ...]) -> Callable[[str], str]:
    """A function that puts citations into a text."""
    known = library(files)

    def put(match: re.Match[str]) -> str:
        keys = [key.strip() for key in match["keys"].split(",")]
        entries = [known[key] for key in keys if key in known]
        return citation(match["kind"] or "p", entries) if entries else match["keys"]

    return lambda text: CITED.sub(put, text)
