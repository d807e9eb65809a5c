"""The diagrams of chapter 4."""

from sbt_jax.viz.parts.diagram import Drawing


def one_look() -> str:
    """What becomes of two tokens' vectors when one looks at the other."""
    d = Drawing(columns=3, rows=5, width=440, row=60, gap=24)
    hat = d.box(0.5, 0, "hat", note="its vector")
    smaller = d.box(2, 0, "smaller", note="its vector")
    value = d.box(0, 1, "value", note="hands over", kind="good")
    key = d.box(1, 1, "key", note="offers", kind="good")
    query = d.box(2, 1, "query", note="asks", kind="accent")
    score = d.box(1.5, 2, "score", note="how well they agree")
    weight = d.box(1.5, 3, "weight", note="softmax: a share of 1")
    mix = d.box(0, 4, "weight × value", note="summed over all tokens", span=2)
    home = d.box(2, 4, "smaller", note="hat is in it now", kind="accent")
    for start, end in ((hat, value), (hat, key)):
        d.arrow(start, end)
    d.arrow(smaller, query, "accent")
    d.arrow(key, score)
    d.arrow(query, score, "accent")
    for start, end in ((score, weight), (value, mix), (weight, mix), (mix, home)):
        d.arrow(start, end)
    return d.svg()


def two_heads_meet() -> str:
    """How a previous-token head and an induction head copy what came after."""
    d = Drawing(columns=4, rows=4, width=440, row=60, gap=26)
    note = d.box(0, 0, "layer 1", note="notes who stood before", span=2, kind="good")
    first = d.box(0, 1, "k")
    second = d.box(1, 1, "7", note="after k", kind="good")
    d.box(2, 1, "…", kind="quiet")
    again = d.box(3, 1, "k", note="now", kind="accent")
    look = d.box(1, 2, "layer 2", note="who has the note “after k”?", span=3)
    said = d.box(1, 3, "7", note="comes next", kind="accent")
    for start, end in ((first, note), (note, second)):
        d.arrow(start, end)
    for start, end in ((again, look), (look, second), (look, said)):
        d.arrow(start, end, "accent")
    return d.svg()
