"""The diagrams of chapter 3."""

from sbt_jax.viz.parts.diagram import Drawing


def both_ends() -> str:
    """One table at both ends of a model."""
    d = Drawing(columns=3, rows=4, width=440, row=56, gap=24)
    word = d.box(0, 0, "king", note="a token")
    number = d.box(1, 0, "820", note="its number")
    table = d.box(
        0, 1, "the table", note="a row for each token", kind="good", span=2, tall=2
    )
    row = d.box(2, 1, "row 820", note="its vector", kind="accent")
    blocks = d.box(2, 2, "blocks", note="work on it", kind="quiet")
    out = d.box(2, 3, "a vector", note="what is next")
    score = d.box(0, 3, "a score for each token", note="whose row fits?", span=2)
    d.arrow(word, number)
    for start, end in ((number, table), (table, row)):
        d.arrow(start, end, "accent")
    for start, end in ((row, blocks), (blocks, out), (out, score), (table, score)):
        d.arrow(start, end)
    return d.svg()


def company() -> str:
    """Why king - man + woman leads to queen: a sum of the company that words keep."""
    d = Drawing(columns=4, rows=4, width=440, row=50, gap=14)
    rows = (
        ("king", "accent", ("crown", "box"), ("he, his", "box")),
        ("− man", "box", ("", ""), ("he, his", "quiet")),
        ("+ woman", "box", ("", ""), ("she, her", "good")),
        ("= queen", "accent", ("crown", "box"), ("she, her", "good")),
    )
    for at, (name, kind, *kept) in enumerate(rows):
        d.box(0, at, name, kind=kind)
        for column, (words, look) in zip((1, 2), kept, strict=True):
            if words:
                d.box(column, at, words, kind=look)
        d.label(3, at, ("", "taken out", "put in", "left over")[at])
    return d.svg()


def one_row() -> str:
    """One row of the table, two vectors once the context is in."""
    d = Drawing(columns=2, rows=4, width=400, row=56, gap=26)
    table = d.box(0.5, 0, "bank", note="one row of the table", kind="accent")
    left = d.box(0, 1, "river", note="stands before it")
    right = d.box(1, 1, "loan", note="stands before it")
    blocks = d.box(0, 2, "blocks", note="take in what stands before", span=2)
    water = d.box(0, 3, "bank", note="by the water", kind="good")
    money = d.box(1, 3, "bank", note="with the money", kind="warn")
    d.arrow(table, blocks, "accent")
    for start, end in ((left, blocks), (right, blocks), (blocks, water)):
        d.arrow(start, end)
    d.arrow(blocks, money)
    return d.svg()
