"""The diagrams of chapter 14."""

from sbt_jax.viz.parts.diagram import Drawing


def two_ways_to_learn() -> str:
    """All weights move, or a small detour beside them learns."""
    d = Drawing(columns=4, rows=2, width=520, row=84, gap=24)
    start = d.box(0, 0, "x", note="a vector", tall=2)
    big = d.box(1, 0, "W", note="the weights, frozen", kind="quiet", span=2)
    down = d.box(1, 1, "A", note="to r numbers", kind="accent")
    up = d.box(2, 1, "B", note="and back", kind="accent")
    end = d.box(3, 0, "sum", note="detour times s", tall=2)
    d.arrow(start, big, "quiet")
    d.arrow(start, down, "accent")
    d.arrow(down, up, "accent")
    d.arrow(big, end, "quiet")
    d.arrow(up, end, "accent")
    return d.svg()


def what_memory_holds() -> str:
    """Bytes a weight: full fine-tuning, LoRA, QLoRA."""
    d = Drawing(columns=4, rows=4, width=520, row=62, gap=16)
    for at, head in enumerate(("", "full", "LoRA", "QLoRA")):
        if head:
            d.label(at, 0, head, "name")
    rows = (
        ("weights", "16 bits", "16 bits", "4 bits"),
        ("gradients", "of all", "of few", "of few"),
        ("Adam", "of all", "of few", "of few"),
    )
    for row, (name, *cells) in enumerate(rows, 1):
        d.label(0, row, name)
        for at, cell in enumerate(cells, 1):
            small = "few" in cell or cell.startswith("4")
            d.box(at, row, cell, kind="good" if small else "warn")
    return d.svg()


def a_bell_in_sixteen() -> str:
    """A block of weights: over the largest, to the nearest level, to its number."""
    d = Drawing(columns=3, rows=3, width=480, row=84, gap=26)
    block = d.box(0, 0, "64 weights", note="one block")
    scale = d.box(1, 0, "scale", note="the largest of them", kind="accent")
    d.arrow(block, scale)
    divided = d.box(0, 1, "−1 to 1", note="weights over the scale")
    level = d.box(1, 1, "16 levels", note="dense near 0", kind="good")
    code = d.box(2, 1, "0 to 15", note="4 bits each")
    d.arrow(block, divided)
    d.arrow(divided, level)
    d.arrow(level, code)
    back = d.box(2, 2, "back", note="level × scale")
    d.arrow(code, back)
    return d.svg()


def which_one() -> str:
    """Prompt, retrieve, or fine-tune."""
    d = Drawing(columns=3, rows=2, width=520, row=84, gap=22)
    for at, (lack, remedy, note) in enumerate(
        (
            ("It can, and does not", "prompt", "ask in another way"),
            ("It lacks facts", "retrieve", "lay the text before it"),
            ("It lacks a habit", "fine-tune", "form, tone, a skill"),
        )
    ):
        top = d.box(at, 0, lack)
        low = d.box(at, 1, remedy, note=note, kind="accent" if at == 2 else "good")
        d.arrow(top, low)
    return d.svg()
