"""The diagrams of chapter 9."""

from sbt_jax.viz.parts.diagram import Drawing


def what_is_sent() -> str:
    """The program keeps the chat and sends what fits; the model keeps nothing."""
    d = Drawing(columns=3, rows=3, width=520, row=82)
    chat = d.box(0, 0, "the chat", note="kept by a program")
    rest = d.box(0, 2, "what does not fit", note="is not sent", kind="warn")
    window = d.box(1, 0, "the window", note="rules, chat, question", kind="accent")
    model = d.box(2, 0, "the model", note="keeps nothing")
    answer = d.box(2, 2, "the answer", note="takes room, too", kind="good")
    d.arrow(chat, window)
    d.arrow(chat, rest, look="warn")
    d.arrow(window, model, look="accent")
    d.arrow(model, answer)
    again = d.box(1, 2, "next turn", note="all of it again", kind="quiet")
    d.arrow(answer, again, look="quiet")
    d.arrow(again, window, look="quiet")
    return d.svg()


def passed_on() -> str:
    """A window of two tokens, three layers: news comes from further away."""
    d = Drawing(columns=5, rows=4, width=480, row=44, gap=20)
    words = ("Maya", "has", "a", "red", "kite")
    rows = []
    for row in range(4):
        boxes = []
        for at, word in enumerate(words):
            lit = at >= 4 - row
            name = word if row == 3 else ""
            kind = "accent" if lit else "quiet"
            boxes.append(d.box(at, row, name, kind=kind))
        rows.append(boxes)
    for row in range(3):
        for at in range(4 - row, 5):
            d.arrow(rows[row + 1][at], rows[row][at], look="accent")
            d.arrow(rows[row + 1][at - 1], rows[row][at], look="accent")
    return d.svg()


def four_ways() -> str:
    """Six messages, one of them the fact, and what each policy sends."""
    d = Drawing(columns=5, rows=5, width=480, row=58, gap=10)
    d.label(0, 0, "said", "name")
    for at, (text, kind) in enumerate(
        (
            ("a fact", "good"),
            ("small talk", "quiet"),
            ("a fact", "box"),
            ("small talk", "quiet"),
        )
    ):
        d.box(at + 1, 0, text, kind=kind)
    ways = {
        "drop the oldest": (None, None, "box", "quiet"),
        "take notes": ("good", None, "box", None),
        "sum up": (None, None, None, None),
        "look up": ("good", None, None, None),
    }
    for row, (name, kinds) in enumerate(ways.items(), start=1):
        d.label(0, row, name)
        for at, look in enumerate(kinds):
            if look:
                d.box(at + 1, row, "sent", kind=look)
    d.box(1, 3, "both facts, shortened", kind="good", span=2)
    return d.svg()
