"""Passages and questions to begin with, of the world that the reader knows.

Public names: :mod:`sbt_jax.viz.rag`.
"""

from typing import NamedTuple


class Case(NamedTuple):
    """Passages, a question, and how a story would begin its answer."""

    passages: tuple[str, ...]
    question: str
    begins: str


OTHERS = (
    "Otto Frost is a baker.",
    "Ida Moss has a cat.",
    "Jack Rook lives in Marlow.",
    "Zoe Winter is a nurse.",
    "Tom Page has an owl.",
    "Ben Cole lives in Ashby.",
    "Anna Snow is a painter.",
)
ASKED, BEGINS = "Where does Maya Frost live?", "Maya Frost lives in"
CASES = {
    "against its memory": Case(
        (OTHERS[0], "Maya Frost lives in Kirby.", OTHERS[2]), ASKED, BEGINS
    ),
    "two that disagree": Case(
        ("Maya Frost lives in Kirby.", OTHERS[1], "Maya Frost lives in Oakham."),
        ASKED,
        BEGINS,
    ),
    "nobody tells": Case(OTHERS[:3], ASKED, BEGINS),
    "nobody tells, but nearly": Case(
        ("Maya Frost has a goat.", "Maya Winter lives in Kirby."), ASKED, BEGINS
    ),
    "eight passages": Case(
        (*OTHERS[:4], "Maya Frost lives in Kirby.", *OTHERS[4:]), ASKED, BEGINS
    ),
    "not of its world": Case(
        ("The capital of France is Paris.",),
        "What is the capital of France?",
        "The capital of France is",
    ),
}
