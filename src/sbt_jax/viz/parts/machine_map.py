"""The map of the machine, which runs through all chapters: one part of it is lit.

In the middle is the machine itself: text, tokens, vectors, blocks, probabilities, the
choice of the next word, which joins the text. Around it stands what made its weights,
what it reads, what looks into it, and what its answers go through. There are two
drawings of the same parts, for a wide column and for a phone; ``parts.css`` shows one.
"""

import html
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sbt_jax.viz.parts.machine_places import (
    CHOICE,
    EDGE,
    GROUPS,
    MIDDLE,
    PLACES,
    TALL_LOOK,
    WIDE_LOOK,
    Look,
    Place,
)
from sbt_jax.viz.parts.svg import Box, Number, arrow, rectangle, svg, text_width, words


class Link(NamedTuple):
    """A chapter as the map knows it; no address while it is not written."""

    title: str
    address: str = ""


def one_of(place: Place, lit: Collection[str]) -> bool:
    """Whether a part is lit: by its name, or by its chapter."""
    return bool({place.name, place.chapter} & {*lit})


def known(lit: Collection[str]) -> list[str]:
    """The names of the parts that are lit.

    Raises:
      ValueError: If a name is neither a part nor a chapter of the map.
    """
    names = {place.name for place in PLACES} | {place.chapter for place in PLACES}
    for name in lit:
        if not name or name not in names:
            raise ValueError(f"the map has no part {name!r}: {sorted(names - {''})}")
    return [" ".join(place.name.split()) for place in PLACES if one_of(place, lit)]


def described(lit: Collection[str]) -> str:
    """The map in words, for readers who do not see it."""
    here = " and ".join(known(lit))
    return (
        "Map of the machine: text becomes tokens, tokens vectors; blocks of attention"
        " and MLP work on them; probabilities come out, a word is chosen and joins the"
        f" text. Around it: {', '.join(p.name for p in PLACES if p.group)}."
        f" You are here: {here}."
    )


def boxes(look: Look) -> dict[str, Box]:
    """Where each part of a drawing is, by its name."""
    found = dict(look.core)
    for group, (left, top, right) in look.groups.items():
        inline = group in look.inline
        x = left + (text_width(GROUPS[group], look.size) + 10 if inline else 0)
        y = top if inline else top + 1.7 * look.size
        first = x
        for place in PLACES:
            if place.group != group:
                continue
            w = text_width(place.name, look.size) + 14
            if x + w > right and x > first:
                x, y = first, y + look.chip + 6
            found[place.name] = Box(x, y, w, look.chip)
            x += w + 8
    return found


CHAIN = ("text", "tokens", "vectors", "block", "probabilities", CHOICE)


def wires_wide(at: Mapping[str, Box]) -> Iterator[str]:
    """Arrows of the core, the stream through the blocks, and the way back."""
    block, text, last = at["block"], at["text"], at[CHAIN[-1]]
    for a, b in itertools.pairwise(CHAIN):
        yield arrow([(at[a].x + at[a].w + 2, MIDDLE), (at[b].x - 3, MIDDLE)])
    yield f'<path class="stream" d="M{block.x:g} {MIDDLE:g}H{block.x + block.w:g}"/>'
    for name in ("attention", "MLP"):
        x, y = at[name].middle[0], at[name].y + at[name].h
        yield arrow([(x - 12, MIDDLE - 3), (x - 12, y + 3)])
        yield arrow([(x + 12, y + 2), (x + 12, MIDDLE - 4)])
    low, (end, start) = MIDDLE + 54, (last.middle[0], text.middle[0])
    way = [(end, last.y + last.h + 2), (end, low)]
    yield arrow([*way, (start, low), (start, text.y + text.h + 3)], "loop")
    x = block.middle[0]
    yield arrow([(x, 34), (x, block.y - 3)], "quiet")


def wires_tall(at: Mapping[str, Box]) -> Iterator[str]:
    """The same from top to bottom."""
    block, text, last = at["block"], at["text"], at[CHAIN[-1]]
    x, side = EDGE + 18, EDGE - 10
    for a, b in itertools.pairwise(CHAIN):
        yield arrow([(x, at[a].y + at[a].h + 2), (x, at[b].y - 3)])
    yield f'<path class="stream" d="M{x:g} {block.y:g}V{block.y + block.h:g}"/>'
    for name in ("attention", "MLP"):
        y = at[name].middle[1]
        yield arrow([(x + 3, y - 8), (at[name].x - 3, y - 8)])
        yield arrow([(at[name].x - 2, y + 8), (x + 4, y + 8)])
    low, top = last.middle[1], text.middle[1]
    way = [(last.x - 2, low), (side, low)]
    yield arrow([*way, (side, top), (text.x - 3, top)], "loop")


def notes(look: Look, at: Mapping[str, Box]) -> Iterator[tuple[str, Box]]:
    """Words that are no part: names of groups, and what the blocks are."""
    for group, (left, top, _) in look.groups.items():
        inline = group in look.inline
        y = top + (look.chip - look.size) / 2 if inline else top
        width = text_width(GROUPS[group], look.size)
        yield GROUPS[group], Box(left, y, width, 1.22 * look.size)
    block = at["block"]
    text = "stream, N blocks" if look is WIDE_LOOK else "N blocks"
    width = text_width(text, look.size)
    low = block.y + block.h - 1.22 * look.size - 7
    left = block.middle[0] - width / 2 if look is WIDE_LOOK else EDGE + 26
    yield text, Box(left, low, width, 1.22 * look.size)


def part(
    place: Place, box: Box, size: Number, lit: bool, link: Link | None, round_: Number
) -> str:
    """A part: its box and its name, which lead to its chapter when it is written."""
    look = "lit" if lit else "part" if place.name != "block" else "frame"
    ready = not place.chapter or (link is not None and link.address)
    if place.name == "block":
        look = "frame lit" if lit else "frame"
        drawn = rectangle(box, look, 10)
    else:
        look = f"{look} chip" if place.group else look
        x, y = box.middle
        name = words(place.name.split("\n"), x, y, size, "on" if lit else "")
        drawn = rectangle(box, look if ready or lit else f"{look} later", round_) + name
    if link is None:
        return drawn
    drawn = f"<title>{html.escape(link.title)}</title>{drawn}"
    if not link.address:
        return f"<g>{drawn}</g>"
    label = f"{' '.join(place.name.split())}: {link.title}"
    return (
        f'<a href="{html.escape(link.address, quote=True)}"'
        f' aria-label="{html.escape(label, quote=True)}">{drawn}</a>'
    )


def drawing(
    look: Look, lit: Collection[str], links: Mapping[str, Link] | None = None
) -> str:
    """One of the two drawings.

    Args:
      look: ``WIDE_LOOK`` or ``TALL_LOOK``.
      lit: Names of parts, or slugs of chapters.
      links: The chapters by slug; without them the map leads nowhere.

    Returns:
      The SVG.

    Raises:
      ValueError: If a name in ``lit`` is not on the map.
    """
    known(lit)
    at = boxes(look)
    drawn = []
    for place in PLACES:
        link = (links or {}).get(place.chapter)
        round_ = look.chip / 2 if place.group else 7
        is_lit = one_of(place, lit)
        drawn.append(part(place, at[place.name], look.size, is_lit, link, round_))
        if place.name == "block":  # arrows stand on it, and below the others
            drawn += (wires_wide if look is WIDE_LOOK else wires_tall)(at)
    for text, box in notes(look, at):
        y = box.y + box.h / 2
        drawn.append(words([text], box.x, y, look.size, "muted", "start"))
    return svg(drawn, look.width, look.height)


def machine_map(
    lit: Sequence[str], links: Mapping[str, Link] | None = None
) -> tuple[str, str]:
    """The map for a wide column and the map for a phone.

    Args:
      lit: Names of parts, or slugs of chapters.
      links: The chapters by slug; without them the map leads nowhere.

    Example:
      >>> wide, tall = machine_map(["attention"])
      >>> wide.count('class="lit"'), tall.count('class="lit"')
      (1, 1)
    """
    return drawing(WIDE_LOOK, lit, links), drawing(TALL_LOOK, lit, links)
