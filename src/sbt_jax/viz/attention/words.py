"""Tokens put together to words, and how much a head looks at each.

Public names: :mod:`sbt_jax.viz.attention`; mirrored in ``attention/maps.mjs``.
"""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np

from sbt_jax import numbers

LONGEST = 12  # letters of a word over a map
LEAST = 0.05  # of the weight: less has no number in the passage


def check_head(name: str, place: Sequence[int], attention: np.ndarray) -> None:
    """Refuse a layer or a head that is not there."""
    sizes = attention.shape[:2]
    for part, at, count in zip(("layer", "head"), place, sizes, strict=True):
        if not 0 <= at < count:
            raise ValueError(f"{name} must have a {part} in 0..{count - 1}, got {at}")


def percent(share: float) -> str:
    """A share in words; mirrored in the browser."""
    return numbers.percent(share, 0 if share >= 0.095 else 1)


def runs(texts: Sequence[str]) -> list[list[int]]:
    """The tokens of each word, one after another; mirrored in the browser.

    Letters that touch are one word. Every other token stands alone, the first too: it
    is the mark before the text.

    Example:
      >>> runs(["", "The", " b", "ag", "."])
      [[0], [1], [2, 3], [4]]
    """
    found: list[list[int]] = []
    for i, text in enumerate(texts):
        joined = i > 1 and texts[i - 1][-1:].isalpha() and text[:1].isalpha()
        if joined:
            found[-1].append(i)
        else:
            found.append([i])
    return found


def name_of(texts: Sequence[str], run: Sequence[int]) -> str:
    """What a word is called; mirrored in the browser."""
    whole = "".join(texts[i] for i in run)
    return whole.strip() or ("space" if whole else "(start)")


def mentions(texts: Sequence[str]) -> dict[str, list[int]]:
    """All positions of each word, in the order of the text; mirrored in the browser.

    Example:
      >>> mentions(["", "a", " hat", " and", " hat"])["hat"]
      [2, 4]
    """
    found: dict[str, list[int]] = {}
    for run in runs(texts):
        found.setdefault(name_of(texts, run), []).extend(run)
    return found


def most_seen(
    texts: Sequence[str], look: Sequence[float]
) -> list[tuple[str, float, list[int]]]:
    """Words that a head looks at, the most first; mirrored in the browser.

    Args:
      texts: Of the tokens up to the one that looks.
      look: The weight on each.

    Returns:
      Of each word its name, the sum of its weights, and where it stands.
    """
    words = [
        (name, sum(float(look[i]) for i in at), at)
        for name, at in mentions(texts).items()
    ]
    return sorted(words, key=lambda word: (-word[1], word[2][0]))


def to_hide(texts: Sequence[str], look: Sequence[float]) -> tuple[str, list[int]]:
    """The earlier word that a head looks at most, and all of its mentions.

    The position that looks stays: it must see something. Mirrored in the browser.

    Example:
      >>> to_hide(["", " hat", " and", " hat", " too"], [0.0, 0.4, 0.0, 0.3, 0.3])
      ('hat', [1, 3])
    """
    last = len(texts) - 1
    best: tuple[str, list[int]] = ("", [])
    most = -1.0
    for name, at in mentions(texts).items():
        before = [i for i in at if i < last]
        share = sum(float(look[i]) for i in before)
        if before and share > most:
            best, most = (name, before), share
    return best


def strongest(look: Sequence[float]) -> list[int]:
    """Places in the order of their numbers; mirrored in the browser."""
    return sorted(range(len(look)), key=lambda i: (-look[i], i))


def look_line(
    place: str,
    texts: Sequence[str],
    look: Sequence[float],
    after: Sequence[Any],
    hidden: Sequence[Any] = (),
) -> str:
    """What the line says of one look; mirrored in the browser.

    Args:
      place: Which head, in words.
      texts: Of the tokens so far, the one that looks last.
      look: How much it looks at each.
      after: A token and its probability after it.
      hidden: If something is hidden: the word, from whom, a token, its probability.
    """
    seen = most_seen(texts, look)[:3]
    most = ", ".join(f"“{name}” {percent(share)}" for name, share, _ in seen)
    who = name_of(texts, runs(texts)[-1])
    said = f"{place}: “{who}” looks at {most}. Next comes “{after[0]}”"
    said += f" {percent(after[1])}."
    if not hidden:
        return said
    word, whom, token, p = hidden
    return f"{said} With “{word}” hidden from {whom}: “{token}” {percent(p)}."


def passage_html(texts: Sequence[str], look: Any, hidden: Sequence[int] = ()) -> str:
    """Tokens, the darker the more they are looked at; mirrored in the browser.

    The three words that are looked at most have their share below them; what is hidden
    is crossed out.
    """
    last = len(look) - 1
    told = [at for _, _, at in most_seen(texts[: last + 1], look)[:3]]
    drawn = ""
    for run in runs(texts):
        share = sum(float(look[i]) for i in run if i <= last)
        note = percent(share) if any(run[0] in at for at in told) else ""
        note = note if share >= LEAST else ""
        gap = " " if texts[run[0]][:1] == " " else ""  # no part of the marks
        inside = "".join(
            f"<span{_marks(i, last, hidden)} style="
            f'"background:rgba(43,123,186,{look[i] if i <= last else 0:.3f})">'
            f"{html.escape(texts[i][len(gap) if i == run[0] else 0 :])}</span>"
            for i in run
        )
        drawn += gap + (f"<b>{inside}<small>{note}</small></b>" if note else inside)
    return drawn


def _marks(at: int, last: int, hidden: Sequence[int]) -> str:
    """How a token is drawn beside its shade."""
    names = ["from"] * (at == last) + ["off"] * (at in hidden)
    return f' class="{" ".join(names)}"' if names else ""


def head_title(head: int, texts: Sequence[str], look: Sequence[float]) -> str:
    """What stands over a map: what its head looks at most; mirrored."""
    name, share, _ = most_seen(texts, look)[0]
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    return f"head {head + 1}: “{short}” {percent(share)}"


def next_rows(before: Sequence[float], after: Sequence[float]) -> list[int]:
    """The tokens that the bars show: the likeliest with and without; mirrored.

    Args:
      before: Probabilities of all tokens.
      after: The same, with something hidden.
    """
    first = strongest(before)[0]
    return [first, *(i for i in strongest(after)[:4] if i != first)][:4]
