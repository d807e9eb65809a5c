"""The diagrams of chapter 10."""

from sbt_jax.viz.parts.diagram import Drawing


def before_and_when_asked() -> str:
    """The two halves of RAG: once for all documents, and anew for each question."""
    d = Drawing(columns=3, rows=3, width=460, row=88, gap=28)
    pages = d.box(0, 0, "documents", note="thousands of pages")
    chunks = d.box(1, 0, "chunks", note="a few sentences each")
    index = d.box(2, 0, "index", note="words and vectors", kind="good")
    asked = d.box(1, 1, "question")
    search = d.box(2, 1, "search", note="ranks the chunks", kind="accent")
    best = d.box(2, 2, "the best few", note="with their addresses")
    prompt = d.box(1, 2, "prompt", note="passages, question")
    model = d.box(0, 2, "model", note="reads and answers", kind="accent")
    for start, end in ((pages, chunks), (chunks, index)):
        d.arrow(start, end, "quiet")
    for start, end in ((index, search), (asked, search), (search, best)):
        d.arrow(start, end)
    for start, end in ((best, prompt), (asked, prompt), (prompt, model)):
        d.arrow(start, end)
    return d.svg()


def two_searches() -> str:
    """One question, looked for by its words and by its direction."""
    d = Drawing(columns=3, rows=3, width=460, row=100, gap=26)
    asked = d.box(0, 1, "cost of training?", kind="accent")
    words = d.box(1, 0, "words", note="cost, training: who holds them?")
    sense = d.box(1, 2, "direction", note="which chunks point the same way?")
    one = d.box(2, 0, "“the cost of it”", note="shares a word", kind="good")
    two = d.box(2, 2, "“millions of dollars”", note="shares the sense", kind="good")
    both = d.box(2, 1, "both ranks", note="made one", kind="good")
    for middle, end in ((words, one), (sense, two)):
        d.arrow(asked, middle)
        d.arrow(middle, end)
        d.arrow(end, both)
    return d.svg()


def two_failures() -> str:
    """Where an answer gets lost: before the model, or in it."""
    d = Drawing(columns=4, rows=2, width=560, row=92, gap=30)
    asked = d.box(0, 0, "question")
    found = d.box(1, 0, "found?", note="recall")
    read = d.box(2, 0, "read?", note="answers from it")
    good = d.box(3, 0, "answer", note="with its source", kind="good")
    first = d.box(1, 1, "not found", note="mend the search", kind="warn")
    second = d.box(2, 1, "not read", note="mend the reader", kind="warn")
    d.arrow(asked, found)
    d.arrow(found, read)
    d.arrow(read, good, "accent")
    d.arrow(found, first, "warn")
    d.arrow(read, second, "warn")
    return d.svg()
