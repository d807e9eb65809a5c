"""The diagrams of chapter 16."""

from sbt_jax.viz.parts.diagram import Drawing, flow


def what_a_score_is() -> str:
    """From a model to one number, with a choice at every step."""
    return flow(
        [
            ("model", "what you want to know about"),
            ("questions", "which ones, how many"),
            ("prompt", "in what words"),
            ("answer", "picked or written"),
            ("judge", "a key, a program, people"),
            ("score", "one number"),
        ],
        lit="score",
    )


def three_judges() -> str:
    """A key, a program and people: what each can judge, and its weakness."""
    d = Drawing(columns=3, rows=3, width=540, row=72, gap=22)
    top = d.box(1, 0, "an answer", kind="accent")
    judges = (
        ("a key", "picks A to D", "leaks, has errors"),
        ("a program", "runs the code", "tests too few cases"),
        ("people", "prefer one of two", "like nice words"),
    )
    for at, (name, does, fails) in enumerate(judges):
        box = d.box(at, 1, name, note=does, kind="good")
        d.arrow(top, box)
        weak = d.box(at, 2, fails, kind="warn")
        d.arrow(box, weak, "warn")
    return d.svg()


def a_sandbox() -> str:
    """Generated code runs in a process of its own, and only results come back."""
    d = Drawing(columns=3, rows=3, width=540, row=70, gap=34)
    ours = d.box(0, 0, "our process", note="never runs it")
    child = d.box(1, 0, "child process", note="runs it", kind="warn")
    back = d.box(2, 0, "results", note="compared by us", kind="good")
    d.arrow(ours, child)
    d.arrow(child, back)
    d.label(0, 1, "what the child has", "muted", span=3)
    for at, text in enumerate(("little time", "little memory", "no files, no net")):
        d.box(at, 2, text, kind="quiet")
    return d.svg()
