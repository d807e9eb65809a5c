"""The diagrams of chapter 8."""

from sbt_jax.viz.parts.diagram import Drawing


def three_ways() -> str:
    """What becomes of the raw model in this chapter."""
    d = Drawing(columns=3, rows=3, width=460, row=64, gap=26)
    raw = d.box(0, 0, "raw model", note="continues")
    shown = d.box(1, 0, "good answers", note="to imitate", kind="good")
    tuned = d.box(2, 0, "fine-tuned", note="answers", kind="accent")
    pairs = d.box(0, 1, "which is better?", note="pairs", kind="good")
    check = d.box(1, 1, "is it right?", note="a program", kind="good")
    rule = d.box(2, 1, "a rule", note="in words", kind="good")
    end = d.box(0, 2, "assistant", note="useful, and harmless too?", span=3)
    d.arrow(raw, shown)
    d.arrow(shown, tuned)
    for way in (pairs, check, rule):
        d.arrow(tuned, way)
        d.arrow(way, end)
    return d.svg()


def the_loop() -> str:
    """One round of RLHF: draw, score, compare, move, held by the leash."""
    d = Drawing(columns=3, rows=3, width=460, row=86, gap=28)
    people = d.box(0, 0, "people", note="choose between two answers", kind="good")
    judge = d.box(1, 0, "judge", note="learns from their choices")
    frozen = d.box(2, 0, "frozen copy", note="of the model before", kind="quiet")
    model = d.box(0, 1, "model", note="draws a few answers", kind="accent")
    score = d.box(1, 1, "scores", note="one number for each")
    leash = d.box(2, 1, "leash", note="less for what strays")
    better = d.box(1, 2, "above average?", note="likelier; below: rarer", span=2)
    d.arrow(people, judge)
    d.arrow(judge, score)
    d.arrow(frozen, leash, "quiet")
    for start, end in ((model, score), (score, leash), (leash, better)):
        d.arrow(start, end, "accent")
    d.arrow(better, model, "accent", bend="across")
    return d.svg()


def own_critic() -> str:
    """A model that criticises and revises its own answer by a rule."""
    d = Drawing(columns=3, rows=2, width=460, row=92, gap=28)
    answer = d.box(0, 0, "answer", note="In Oakham.")
    rule = d.box(1, 0, "rule", note="Do not tell where people live.", kind="good")
    critic = d.box(2, 0, "critique", note="this breaks the rule", kind="warn")
    revised = d.box(2, 1, "revision", note="Nobody is told.", kind="accent")
    learn = d.box(0, 1, "training", note="on question and revision", span=2)
    d.arrow(answer, rule)
    d.arrow(rule, critic)
    d.arrow(critic, revised)
    d.arrow(revised, learn, "accent")
    return d.svg()
