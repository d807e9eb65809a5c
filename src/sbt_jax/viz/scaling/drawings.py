"""The diagrams of chapter 19."""

from sbt_jax.viz.parts.diagram import Drawing


def one_budget_two_ways() -> str:
    """The same compute buys a large model and little text, or the other way round."""
    d = Drawing(columns=3, rows=2, width=520, row=84, gap=30)
    purse = d.box(0, 0, "compute", note="fixed", tall=2)
    large = d.box(1, 0, "a large model", note="N weights", kind="accent")
    little = d.box(2, 0, "little text", note="D tokens")
    small = d.box(1, 1, "a small model", note="N weights")
    much = d.box(2, 1, "much text", note="D tokens", kind="accent")
    d.arrow(purse, large)
    d.arrow(purse, small)
    d.arrow(large, little)
    d.arrow(small, much)
    return d.svg()


def three_parts_of_a_loss() -> str:
    """The loss is a floor, and what too small a model and too little text cost."""
    d = Drawing(columns=4, rows=2, width=520, row=84, gap=22)
    d.box(0, 0, "loss", note="is the sum of", tall=2)
    floor = d.box(1, 0, "the floor", note="chance in text", kind="quiet")
    size = d.box(2, 0, "too small", note="the model", kind="accent")
    text = d.box(3, 0, "too little", note="text", kind="accent")
    for at, (above, word, note) in enumerate(
        (
            (floor, "stays", "whatever you buy"),
            (size, "shrinks", "with more weights"),
            (text, "shrinks", "with more tokens"),
        ),
        1,
    ):
        below = d.box(at, 1, word, note=note, kind="warn" if at == 1 else "good")
        d.arrow(above, below, "accent")
    return d.svg()


def two_thirds_backward() -> str:
    """Why six: two operations a weight forward, four backward."""
    d = Drawing(columns=3, rows=1, width=520, row=90, gap=26)
    forward = d.box(0, 0, "forward", note="2 a weight and token")
    backward = d.box(1, 0, "backward", note="4 a weight and token")
    both = d.box(2, 0, "6 N D", note="all of training", kind="accent")
    d.arrow(forward, backward)
    d.arrow(backward, both)
    return d.svg()
