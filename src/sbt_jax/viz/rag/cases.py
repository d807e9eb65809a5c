"""Passages and questions to begin with, of the world that the reader knows.

Public names: :mod:`sbt_jax.viz.rag`.
"""

from typing import NamedTuple


class Case(NamedTuple):
    """Passages, and a question."""

    passages: tuple[str, ...]
    question: str


OTHERS = (
    "Otto Frost is a baker.",
    "Ida Moss has a cat.",
    "Jack Rook lives in Marlow.",
    "Zoe Winter is a nurse.",
    "Tom Page has an owl.",
    "Ben Cole lives in Ashby.",
    "Anna Snow is a painter.",
)
ASKED = "Where does Maya Frost live?"
CASES = {
    "against its memory": Case(
        (OTHERS[0], "Maya Frost lives in Kirby.", OTHERS[2]), ASKED
    ),
    "two that disagree": Case(
        ("Maya Frost lives in Kirby.", OTHERS[1], "Maya Frost lives in Oakham."), ASKED
    ),
    "nobody tells": Case(OTHERS[:3], ASKED),
    "nobody tells, but nearly": Case(
        ("Maya Frost has a goat.", "Maya Winter lives in Kirby."), ASKED
    ),
    "eight passages": Case(
        (*OTHERS[:4], "Maya Frost lives in Kirby.", *OTHERS[4:]), ASKED
    ),
    "not of its world": Case(
        ("The capital of France is Paris.",),
        "What is the capital of France?",
    ),
}

#: Chapters that answer the questions of the first figure, by page.
TITLES = {
    "foundations": "1. Predicting one word at a time",
    "tokenization": "2. From text to tokens",
    "embeddings": "3. The space of meaning",
    "attention": "4. Attention is all you need",
    "architecture": "5. The Transformer, in full",
    "training": "6. How it learns",
    "generation": "7. Choosing the next word",
    "alignment": "8. From raw model to assistant",
}


def sentence(text: str) -> str:
    """The first sentence of what a model goes on with.

    Example:
      >>> sentence('"In Redhill," said Maya. "I')
      '"In Redhill," said Maya.'
    """
    return text.partition(". ")[0].rstrip(".") + "."


def as_a_story(case: Case) -> str:
    """The passages as somebody tells them in a story, and the question there.

    Example:
      >>> as_a_story(Case(("Tom is a baker.",), "What does Tom do?"))[42:]
      '"Tom is a baker," said Ida. "What does Tom do?" asked Hugo.'
    """
    told = " ".join(f'"{text.rstrip(".")}," said Ida.' for text in case.passages)
    asked = f'"{case.question}" asked Hugo.'
    return f"On Sunday Hugo and Ida were in the tower. {told} {asked}"
