"""The diagrams of chapter 20."""

from sbt_jax.viz.parts.diagram import Drawing


def an_autoencoder() -> str:
    """A vector into many features, of which few fire, and back."""
    d = Drawing(columns=3, rows=5, width=480, row=44, gap=22)
    stream = d.box(0, 0, "stream", note="every number is in use", tall=5)
    names = ("gets it", "is Tom", "ends a sentence", "a colour", "many more")
    rows = [
        d.box(1, row, name, kind="good" if row < 2 else "quiet")
        for row, name in enumerate(names)
    ]
    again = d.box(2, 0, "rebuilt", note="as alike as can be", tall=5)
    for place in rows:
        d.arrow(stream, place)
    for place in rows[:2]:
        d.arrow(place, again)
    return d.svg()


def a_patch() -> str:
    """Two runs, and one vector copied from one into the other."""
    d = Drawing(columns=3, rows=2, width=480, row=72, gap=40)
    one = d.box(0, 0, "story A", note="Mia gives to Tom")
    two = d.box(0, 1, "story B", note="Tom gives to Mia")
    inside = d.box(1, 0, "one word, one depth", kind="good")
    into = d.box(1, 1, "the same place", kind="accent")
    right = d.box(2, 0, "says Tom")
    changed = d.box(2, 1, "says Mia, or now Tom?", kind="warn")
    d.arrow(one, inside)
    d.arrow(inside, right)
    d.arrow(two, into)
    d.arrow(into, changed)
    d.arrow(inside, into, "accent")
    return d.svg()


def a_neuron_and_a_direction() -> str:
    """A neuron answers to several things, a direction to one."""
    d = Drawing(columns=3, rows=3, width=480, row=50, gap=26)
    gets = d.box(0, 0, "who gets it", kind="good")
    speaks = d.box(0, 1, "some words")
    more = d.box(0, 2, "quite other words")
    neuron = d.box(1, 1, "one neuron", kind="warn")
    d.arrow(gets, neuron)
    d.arrow(speaks, neuron)
    d.arrow(more, neuron)
    feature = d.box(2, 0, "one feature", kind="accent", note="a direction")
    d.arrow(gets, feature)
    return d.svg()
