"""The diagrams of chapter 17."""

from sbt_jax.viz.parts.diagram import Drawing


def written_down() -> str:
    """At once all swaps go through one pass; with a chain each pass does one."""
    d = Drawing(3, 3, width=480, row=66, gap=26)
    game = d.box(0, 0, "the game", note="six swaps")
    once = d.box(1, 0, "one pass", note="for all swaps", kind="warn")
    guess = d.box(2, 0, "a guess", kind="quiet")
    d.arrow(game, once)
    d.arrow(once, guess)
    text = d.box(0, 1, "the text", note="game, places")
    one = d.box(1, 1, "one pass", note="for one swap", kind="good")
    place = d.box(2, 1, "a place", note="thinking token", kind="accent")
    d.arrow(text, one)
    d.arrow(one, place)
    back = d.box(1, 2, "written down", note="read again")
    d.arrow(place, back, bend="down")
    d.arrow(back, text, bend="across")
    return d.svg()


def rewards_in_a_group() -> str:
    """Tries of one question, rewards, the mean, and the push."""
    d = Drawing(3, 3, width=480, row=66, gap=28)
    question = d.box(0, 0, "one game")
    tries = d.box(1, 0, "eight tries", note="at random", kind="accent")
    checked = d.box(2, 0, "rewards", note="1 or 0")
    mean = d.box(2, 1, "minus mean", note="by the spread")
    good = d.box(1, 1, "above it", note="likelier", kind="good")
    bad = d.box(1, 2, "below it", note="less likely", kind="warn")
    model = d.box(0, 1.5, "the model", note="a bit changed")
    d.arrow(question, tries)
    d.arrow(tries, checked)
    d.arrow(checked, mean)
    d.arrow(mean, good)
    d.arrow(mean, bad, bend="down")
    d.arrow(good, model)
    d.arrow(bad, model)
    return d.svg()
