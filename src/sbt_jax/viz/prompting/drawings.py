"""The diagrams of chapter 12."""

import itertools

from sbt_jax.viz.parts.diagram import Drawing, flow


def what_a_prompt_does() -> str:
    """From a prompt to an answer; nothing in the model changes."""
    return flow(
        [
            ("phrase", "how to answer"),
            ("examples", "questions with answers"),
            ("question", "what is asked"),
            ("model", "its weights stay"),
            ("likely words", "each word before moves them"),
            ("answer", "it joins the text"),
        ],
        lit="likely words",
    )


def at_once_or_in_steps() -> str:
    """Two ways to find a ball: one jump, or one small look for each swap."""
    d = Drawing(columns=4, rows=3, width=480, row=66, gap=20)
    d.label(0, 0, "at once", "name")
    first = d.box(1, 0, "red")
    last = d.box(3, 0, "?", kind="warn", note="all swaps in one go")
    d.arrow(first, last, "warn")
    d.label(0, 1, "in steps", "name")
    cups = ("red", "blue", "green")
    boxes = [d.box(1 + i, 1, cup, kind="good") for i, cup in enumerate(cups)]
    for start, end in itertools.pairwise(boxes):
        d.arrow(start, end)
    d.label(1, 1.6, "swap 1", "muted", span=2)
    d.label(2, 1.6, "swap 2", "muted", span=2)
    d.label(1, 2, "each written step is read again", "value", span=3)
    return d.svg()


def a_mask() -> str:
    """Four tokens, of which a mask lets two through."""
    d = Drawing(columns=4, rows=3, width=480, row=56, gap=22)
    words = ("red", "blue", "perhaps", "the")
    for at, word in enumerate(words):
        top = d.box(at, 0, word, kind="box")
        fits = at < 2
        gate = d.box(at, 1, "fits" if fits else "cut", kind="good" if fits else "quiet")
        d.arrow(top, gate, "" if fits else "quiet")
        if fits:
            d.arrow(gate, d.box(at, 2, word, kind="good"))
    d.label(2, 2, "only cups are left", "value", span=2)
    return d.svg()
