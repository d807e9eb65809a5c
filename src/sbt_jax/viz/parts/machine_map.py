"""The map of the machine, which runs through all chapters: one part of it is lit.

In the middle is the machine itself: text, tokens, vectors, blocks, probabilities, the
choice of the next word, which joins the text. Around it stands what made its weights,
what it reads, what looks into it, and what its answers go through. There are two
drawings of the same parts, for a wide column and for a phone; ``parts.css`` shows one.
"""

import html
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from sbt_jax.viz.parts.diagram import Box, arrow, rectangle, svg, text_width, words


class Place(NamedTuple):
    """A part of the machine: which chapter explains it, and where it stands.

    ``wide`` and ``tall`` are boxes of the core; the others stand in a group, in the
    order of the table.
    """

    name: str
    chapter: str
    group: str = ""
    wide: Box | None = None
    tall: Box | None = None


class Link(NamedTuple):
    """A chapter as the map knows it; no address while it is not written."""

    title: str
    address: str = ""


_C, _T = 128.0, 112.0  # the middle of the wide core; the left edge of the tall one
PLACES = (
    Place("text", "", "", Box(2, _C - 20, 52, 40), Box(_T, 74, 130, 32)),
    Place(
        "tokens", "tokenization", "", Box(74, _C - 20, 66, 40), Box(_T, 124, 130, 32)
    ),
    Place(
        "vectors", "embeddings", "", Box(160, _C - 20, 68, 40), Box(_T, 174, 130, 32)
    ),
    Place(
        "block", "architecture", "", Box(248, _C - 76, 176, 116), Box(_T, 224, 130, 116)
    ),
    Place(
        "attention", "attention", "", Box(260, _C - 64, 82, 38), Box(148, 234, 86, 34)
    ),
    Place("MLP", "architecture", "", Box(356, _C - 64, 56, 38), Box(148, 280, 86, 34)),
    Place(
        *("probabilities", "foundations", ""),
        *(Box(444, _C - 20, 104, 40), Box(_T, 358, 130, 32)),
    ),
    Place(
        *("choice of the\nnext word", "generation", ""),
        *(Box(568, _C - 24, 110, 48), Box(_T, 408, 130, 44)),
    ),
    Place("training", "training", "made"),
    Place("alignment", "alignment", "made"),
    Place("fine-tuning", "finetuning", "made"),
    Place("size", "scaling", "made"),
    Place("prompt", "prompting", "reads"),
    Place("window", "context", "reads"),
    Place("documents", "rag", "reads"),
    Place("tools", "agents", "reads"),
    Place("images", "multimodality", "reads"),
    Place("cache", "inference", "inside"),
    Place("looking inside", "interpretability", "inside"),
    Place("thinking", "reasoning", "answers"),
    Place("truth check", "hallucinations", "answers"),
    Place("evaluation", "evaluation", "answers"),
    Place("diffusion", "diffusion", "beside"),
)
GROUPS = {
    "made": "its weights come from",
    "reads": "what it reads",
    "inside": "inside it",
    "answers": "its answers",
    "beside": "beside it",
}


class Look(NamedTuple):
    """One of the two drawings: sizes, and for each group where it begins."""

    size: float
    width: float
    height: float
    chip: float  # height of a part of a group
    groups: Mapping[str, tuple[float, float, float]]  # left, top, right
    beside: bool  # whether the first group's name stands left of its parts


WIDE_LOOK = Look(
    *(13, 680, 282, 28),
    {
        "made": (2, 4, 522),
        "beside": (526, 4, 680),
        "reads": (2, 196, 250),
        "inside": (254, 196, 412),
        "answers": (424, 196, 680),
    },
    True,
)
TALL_LOOK = Look(
    *(12.5, 368, 456, 28),
    {
        "made": (2, 4, 368),
        "reads": (2, 74, 96),
        "inside": (254, 214, 366),
        "answers": (254, 322, 366),
        "beside": (2, 402, 96),
    },
    False,
)


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
    wide = look is WIDE_LOOK
    found = {}
    for place in PLACES:
        box = place.wide if wide else place.tall
        if box is not None:
            found[place.name] = box
    for group, (left, top, right) in look.groups.items():
        inline = group in ("made", "beside") and look.beside
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


def wires(look: Look, at: Mapping[str, Box]) -> Iterator[str]:
    """Arrows of the core, the stream through the blocks, and the way back."""
    chain = ["text", "tokens", "vectors", "block", "probabilities", PLACES[7].name]
    block = at["block"]
    if look is WIDE_LOOK:
        for a, b in zip(chain, chain[1:], strict=False):
            y = _C
            yield arrow([(at[a].x + at[a].w + 2, y), (at[b].x - 3, y)])
        yield (
            f'<path class="stream" d="M{block.x:g} {_C:g}H{block.x + block.w:g}"/>'
        )
        for name in ("attention", "MLP"):
            x, y = at[name].middle[0], at[name].y + at[name].h
            yield arrow([(x - 12, _C - 3), (x - 12, y + 3)])
            yield arrow([(x + 12, y + 2), (x + 12, _C - 4)])
        last, text = at[chain[-1]], at["text"]
        low = _C + 54
        yield arrow(
            [
                *((last.middle[0], last.y + last.h + 2), (last.middle[0], low)),
                *((text.middle[0], low), (text.middle[0], text.y + text.h + 3)),
            ],
            "loop",
        )
        x = block.middle[0]
        yield arrow([(x, 34), (x, block.y - 3)], "quiet")
        return
    x = _T + 18
    for a, b in zip(chain, chain[1:], strict=False):
        yield arrow([(x, at[a].y + at[a].h + 2), (x, at[b].y - 3)])
    yield f'<path class="stream" d="M{x:g} {block.y:g}V{block.y + block.h:g}"/>'
    for name in ("attention", "MLP"):
        y = at[name].middle[1]
        yield arrow([(x + 3, y - 8), (at[name].x - 3, y - 8)])
        yield arrow([(at[name].x - 2, y + 8), (x + 4, y + 8)])
    last, text = at[chain[-1]], at["text"]
    side = _T - 10
    yield arrow(
        [
            *((last.x - 2, last.middle[1]), (side, last.middle[1])),
            *((side, text.middle[1]), (text.x - 3, text.middle[1])),
        ],
        "loop",
    )


def notes(look: Look, at: Mapping[str, Box]) -> Iterator[tuple[str, Box]]:
    """Words that are no part: names of groups, and what the blocks are."""
    for group, (left, top, _) in look.groups.items():
        inline = group in ("made", "beside") and look.beside
        y = top + (look.chip - look.size) / 2 if inline else top
        width = text_width(GROUPS[group], look.size)
        yield GROUPS[group], Box(left, y, width, 1.22 * look.size)
    block = at["block"]
    text = "stream, N blocks" if look is WIDE_LOOK else "N blocks"
    width = text_width(text, look.size)
    low = block.y + block.h - 1.22 * look.size - 7
    left = block.middle[0] - width / 2 if look is WIDE_LOOK else _T + 26
    yield text, Box(left, low, width, 1.22 * look.size)


def part(
    place: Place, box: Box, size: float, lit: bool, link: Link | None, round_: float
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
            drawn += wires(look, at)
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
