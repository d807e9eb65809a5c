"""The diagrams of chapter 18."""

from sbt_jax.viz.parts.diagram import Drawing, flow

WORDS = ("Who", "has", "it", "?", "Tom")


def _row(d: Drawing, row: int, looks: tuple[str, ...]) -> None:
    """Words of one step, each in a small box."""
    for at, (word, look) in enumerate(zip(WORDS, looks, strict=False)):
        d.box(1 + at, row, word, kind=look)


def two_ways() -> str:
    """What is read for each new token, with and without a cache."""
    d = Drawing(columns=6, rows=8, width=520, row=40, gap=8)
    d.label(0, 0, "again", "name")
    d.label(1, 0, "all is read for each new one", span=5)
    for step in range(3):
        _row(d, 1 + step, ("warn",) * (3 + step))
    d.label(0, 4, "kept", "name")
    d.label(1, 4, "only the new one is read", span=5)
    for step in range(3):
        old = ("quiet",) * (2 + step) if step else ()
        new = ("good",) if step else ("good",) * 3
        _row(d, 5 + step, old + new)
    return d.svg()


def two_phases() -> str:
    """Reading the prompt, and then one token after another, in time."""
    d = Drawing(columns=9, rows=2, width=560, row=58, gap=6)
    d.box(0, 0, "prefill", note="the whole prompt at once", kind="warn", span=5)
    for at in range(5, 9):
        d.box(at, 0, "", kind="accent")
    d.label(0, 1, "time to the first token", "name", span=5)
    d.label(5, 1, "decode: one by one", "name", span=4)
    return d.svg()


def one_trip() -> str:
    """Weights travel from memory once for each step, however many texts there are."""
    d = Drawing(columns=3, rows=2, width=480, row=78, gap=22)
    memory = d.box(0, 0, "memory", note="all weights", kind="warn")
    chip = d.box(1, 0, "chip", note="waits for them")
    one = d.box(2, 0, "1 token", kind="quiet")
    d.arrow(memory, chip, "warn")
    d.arrow(chip, one)
    again = d.box(0, 1, "memory", note="the same weights", kind="warn")
    busy = d.box(1, 1, "chip", note="the same trip", kind="accent")
    many = d.box(2, 1, "64 tokens", note="of 64 people", kind="good")
    d.arrow(again, busy, "warn")
    d.arrow(busy, many)
    return d.svg()


def who_shares() -> str:
    """Which heads keep keys and values of their own."""
    d = Drawing(columns=5, rows=4, width=520, row=54, gap=10)
    rows = (
        ("each its own", ["key 1", "key 2", "key 3", "key 4"]),
        ("groups", ["key 1, for two", "key 2, for two"]),
        ("one for all", ["key 1, for all four"]),
        ("latent", ["few numbers", "all keys rebuilt"]),
    )
    for row, (name, boxes) in enumerate(rows):
        d.label(0, row, name, "name")
        span = 4 // len(boxes)
        placed = []
        for at, text in enumerate(boxes):
            kind = "quiet" if text == "all keys rebuilt" else "accent"
            placed.append(d.box(1 + at * span, row, text, kind=kind, span=span))
        if name == "latent":
            d.arrow(placed[0], placed[1])
    return d.svg()


def guess_and_check() -> str:
    """How guesses are checked in one pass."""
    return flow(
        [
            ("small guesses", "four tokens, one by one"),
            ("main reads all", "in one pass"),
            ("kept", "as long as main agrees"),
            ("replaced", "the first that it refuses"),
            ("next guesses", "and so on"),
        ],
        lit="main reads all",
    )


def blocks() -> str:
    """Memory in blocks: a text takes whichever are free."""
    d = Drawing(columns=8, rows=3, width=520, row=44, gap=5)
    d.label(0, 0, "each text takes the next free block", span=8)
    looks = "accent good accent quiet good good accent quiet"
    names = "A B A free B B A free"
    for at, (name, look) in enumerate(zip(names.split(), looks.split(), strict=True)):
        d.box(at, 1, name, kind=look)
    d.label(0, 2, "A and B grow as they need", span=8)
    return d.svg()
