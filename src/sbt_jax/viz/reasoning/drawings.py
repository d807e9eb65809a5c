"""The diagrams of chapter 17."""

from sbt_jax.viz.parts.diagram import Drawing


def written_down() -> str:
    """At once all swaps go through one pass; with a chain each pass does one."""
    d = Drawing(3, 4, width=480, row=50, gap=24)
    game = d.box(0, 0, "game", note="six swaps", tall=1)
    once = d.box(1, 0, "one pass", note="two layers", kind="warn")
    guess = d.box(2, 0, "a guess", kind="quiet")
    d.arrow(game, once)
    d.arrow(once, guess)
    again = d.box(0, 2, "game", note="and all written", tall=1)
    one = d.box(1, 2, "one pass", note="one swap", kind="good")
    place = d.box(2, 2, "a place", note="a thinking token")
    d.arrow(again, one)
    d.arrow(one, place)
    back = d.box(1, 3, "written down", note="and read again", kind="accent")
    d.arrow(place, back, bend="down")
    d.arrow(back, again, bend="across")
    d.label(0, 1, "with a chain:", span=1)
    return d.svg()


def rewards_in_a_group() -> str:
    """Tries of one question, rewards, the mean, and the push."""
    d = Drawing(3, 3, width=480, row=56, gap=28)
    question = d.box(0, 0, "one game")
    tries = d.box(1, 0, "8 tries", note="drawn with dice", kind="accent")
    checked = d.box(2, 0, "rewards", note="1 right, 0 wrong")
    mean = d.box(2, 1, "minus the mean", note="of the group")
    good = d.box(1, 1, "better", note="likelier", kind="good")
    bad = d.box(1, 2, "worse", note="less likely", kind="warn")
    model = d.box(0, 1.5, "the model", note="a little changed")
    d.arrow(question, tries)
    d.arrow(tries, checked)
    d.arrow(checked, mean)
    d.arrow(mean, good)
    d.arrow(mean, bad, bend="down")
    d.arrow(good, model)
    d.arrow(bad, model)
    return d.svg()
