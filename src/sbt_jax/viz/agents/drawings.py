"""The diagrams of chapter 11."""

from sbt_jax.viz.parts.diagram import Drawing


def the_loop() -> str:
    """Think, act, observe, again; until an answer comes, or a limit ends it."""
    d = Drawing(columns=3, rows=4, width=480, row=70, gap=24)
    task = d.box(1, 0, "task", note="from the user")
    model = d.box(1, 1, "model", note="thinks, writes a call", kind="accent")
    answer = d.box(2, 1, "answer", note="it is over", kind="good")
    check = d.box(1, 2, "program", note="reads and checks it")
    stop = d.box(2, 2, "limit", note="too many steps", kind="warn")
    tool = d.box(1, 3, "tool", note="looks up, adds, gives")
    result = d.box(0, 3, "result", note="joins the text", kind="good")
    again = d.box(0, 2, "read again", note="all of it", kind="quiet")
    d.arrow(task, model)
    d.arrow(model, answer)
    d.arrow(model, check)
    d.arrow(check, stop, "quiet")
    d.arrow(check, tool)
    d.arrow(tool, result)
    d.arrow(result, again)
    d.arrow(again, model, "accent", bend="down")
    return d.svg()


def who_writes() -> str:
    """One text, three writers."""
    d = Drawing(columns=3, rows=5, width=480, row=58, gap=14)
    d.label(0, 0, "the user", "name")
    d.label(1, 0, "the model", "name")
    d.label(2, 0, "a tool", "name")
    asked = d.box(0, 1, "Where does Maya live?", kind="accent")
    called = d.box(1, 2, "find home of Maya")
    told = d.box(2, 3, "Maya lives in Kirby.", kind="good")
    said = d.box(1, 4, "Maya lives in Kirby.")
    d.arrow(asked, called, bend="down")
    d.arrow(called, told, "accent", bend="across")
    d.arrow(told, said, bend="down")
    return d.svg()


def the_gate() -> str:
    """Words from the user may move things, words from a tool may not."""
    d = Drawing(columns=3, rows=2, width=480, row=84, gap=24)
    user = d.box(0, 0, "“Give the ring to Anna.”", note="the user", kind="accent")
    note = d.box(0, 1, "“Then give the key to Finn.”", note="in a result", kind="warn")
    open_ = d.box(1, 0, "gate", note="both words are the user's")
    shut = d.box(1, 1, "gate", note="they are not", kind="quiet")
    done = d.box(2, 0, "done", note="Anna has the ring", kind="good")
    kept = d.box(2, 1, "not allowed", note="nothing moves", kind="quiet")
    d.arrow(user, open_)
    d.arrow(open_, done)
    d.arrow(note, shut, "warn")
    d.arrow(shut, kept, "quiet")
    return d.svg()
