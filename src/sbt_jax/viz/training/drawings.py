"""The diagrams of chapter 6."""

from sbt_jax.viz.parts.diagram import Drawing


def one_update() -> str:
    """What happens between one version of a model and the next."""
    d = Drawing(columns=3, rows=3, width=440, row=70, gap=30)
    batch = d.box(0, 0, "stories", note="a few at random")
    model = d.box(1, 0, "model", note="its weights", kind="accent")
    guess = d.box(2, 0, "guesses", note="of each next word")
    loss = d.box(2, 1, "loss", note="surprise at what came", kind="warn")
    slopes = d.box(2, 2, "slopes", note="one for each weight")
    step = d.box(1, 2, "optimiser", note="a small step down", kind="good")
    new = d.box(1, 1, "new weights", note="and again", kind="accent")
    rate = d.box(0, 2, "learning rate", note="how far", kind="quiet")
    for start, end in ((batch, model), (model, guess), (guess, loss)):
        d.arrow(start, end)
    for start, end in ((loss, slopes), (slopes, step), (step, new), (new, model)):
        d.arrow(start, end, "accent")
    d.arrow(rate, step, "quiet")
    return d.svg()


def rule_and_facts() -> str:
    """One rule serves all stories; each fact needs a place of its own."""
    d = Drawing(columns=3, rows=4, width=440, row=56, gap=28)
    rule = d.box(
        0,
        0,
        "who is given a thing, has it",
        note="a rule: kept once",
        kind="good",
        span=3,
    )
    for column, name in enumerate(("Tom", "Ida", "Max")):
        d.arrow(rule, d.box(column, 1, f"… to {name}", note=f"{name} has it"))
    for column, fact in enumerate(("Tom’s town", "Ida’s pet", "Max’s trade")):
        asked = d.box(column, 2, "one question", kind="box")
        kept = d.box(column, 3, fact, note="kept by itself", kind="accent")
        d.arrow(kept, asked, "accent")
    return d.svg()
