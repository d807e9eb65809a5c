"""The diagrams of chapter 13."""

from sbt_jax.viz.parts.diagram import Drawing


def three_people() -> str:
    """Told often, a few times, never: the same fluent sentence comes out."""
    d = Drawing(columns=3, rows=4, width=460, row=66, gap=22)
    people = (
        ("Maya Frost", "told very often", "good"),
        ("Zoe Wood", "told a few times", "box"),
        ("Finn Finch", "never told", "warn"),
    )
    model = d.box(0, 1, "model", note="always names the likeliest town", span=3)
    answers = (
        ("In Redhill.", "known", "good"),
        ("In Marlow.", "half sure, and wrong", "box"),
        ("In Elmford.", "made up, and wrong", "warn"),
    )
    for column, ((name, note, kind), (said, from_, look)) in enumerate(
        zip(people, answers, strict=True)
    ):
        who = d.box(column, 0, name, note=note, kind=kind)
        answer = d.box(column, 2, said, note=from_, kind=look)
        d.arrow(who, model)
        d.arrow(model, answer)
        d.label(column, 3, "sounds just as sure")
    return d.svg()


def what_pays() -> str:
    """Two ways to grade, and what each makes of somebody who does not know."""
    d = Drawing(columns=3, rows=3, width=460, row=80, gap=22)
    d.label(0, 0, "grading", "name")
    d.box(1, 0, "a guess", note="right one time in twelve")
    d.box(2, 0, "silence")
    d.box(0, 1, "right or wrong", note="as most exams do")
    d.box(1, 1, "earns a little", kind="good")
    d.box(2, 1, "earns nothing", kind="warn")
    d.box(0, 2, "with a penalty", note="a wrong answer costs a point")
    d.box(1, 2, "loses", kind="warn")
    d.box(2, 2, "earns nothing", kind="good")
    return d.svg()


def six_helps() -> str:
    """What can be done, and the price of each."""
    d = Drawing(columns=3, rows=2, width=460, row=112, gap=20)
    helps = (
        ("threshold", "price: silent where it was right", "box"),
        ("temperature", "price: fits one crowd only", "quiet"),
        ("ask ten times", "price: ten answers for one", "box"),
        ("teach silence", "price: silent at the wrong places", "quiet"),
        ("give a note", "price: a wrong note is believed", "good"),
        ("check the source", "price: somebody must look", "good"),
    )
    for at, (name, note, kind) in enumerate(helps):
        d.box(at % 3, at // 3, name, note=note, kind=kind)
    return d.svg()
