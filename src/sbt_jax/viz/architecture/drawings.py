"""The diagrams of chapter 5."""

from sbt_jax.viz.parts.diagram import Drawing


def one_block() -> str:
    """How a block reads the stream twice, and adds to it twice."""
    d = Drawing(columns=4, rows=5, width=440, row=58, gap=20)
    stream = d.box(0, 0, "stream", note="one token", kind="good")
    for row, name, note in (
        (1, "attention", "looks back"),
        (3, "MLP", "thinks alone"),
    ):
        read = d.box(1, row, "norm", note="a copy", kind="quiet")
        part = d.box(2, row, name, note=note, span=2, kind="accent")
        plus = d.box(0, row + 1, "+", note="added", kind="good")
        d.arrow(stream, read, bend="down")
        d.arrow(read, part)
        d.arrow(part, plus, "accent", bend="down")
        d.arrow(stream, plus)
        stream = plus
    return d.svg()


def two_places() -> str:
    """Where the norm stands: today in front of a part, in 2017 after the sum."""
    d = Drawing(columns=4, rows=5, width=440, row=44, gap=20)
    d.label(0, 0, "pre-norm, today", "name", span=2)
    d.label(2, 0, "post-norm, 2017", "name", span=2)
    stream = d.box(0, 1, "stream", kind="good")
    norm = d.box(1, 2, "norm", kind="accent")
    part = d.box(1, 3, "attention or MLP")
    plus = d.box(0, 4, "+", kind="good")
    d.arrow(stream, norm, bend="across")
    d.arrow(norm, part)
    d.arrow(part, plus, bend="down")
    d.arrow(stream, plus)
    stream = d.box(2, 1, "stream", kind="good")
    part = d.box(3, 2, "attention or MLP")
    plus = d.box(2, 3, "+", kind="good")
    norm = d.box(2, 4, "norm", kind="accent")
    d.arrow(stream, part, bend="across")
    d.arrow(part, plus, bend="down")
    d.arrow(stream, plus)
    d.arrow(plus, norm)
    return d.svg()


def experts() -> str:
    """A router wakes two of four MLPs for a token, and adds up what they say."""
    d = Drawing(columns=4, rows=4, width=440, row=58, gap=22)
    token = d.box(0.5, 0, "vector of one token", span=3, kind="good")
    router = d.box(0.5, 1, "router", note="a small matrix: who fits?", span=3)
    d.arrow(token, router)
    chosen = []
    for column, name in enumerate(("MLP 1", "MLP 2", "MLP 3", "MLP 4")):
        lit = name in ("MLP 2", "MLP 4")
        note = {"MLP 2": "share 0.7", "MLP 4": "share 0.3"}.get(name, "asleep")
        box = d.box(column, 2, name, note, kind="accent" if lit else "quiet")
        if lit:
            chosen.append(box)
    total = d.box(0.5, 3, "sum of both, by their shares", span=3, kind="good")
    for box in chosen:
        d.arrow(router, box, "accent")
        d.arrow(box, total, "accent")
    return d.svg()
