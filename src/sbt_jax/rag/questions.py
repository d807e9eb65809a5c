"""Twenty questions to this book, and the sections that answer them.

Written down before there was anything that searches: what is right was not chosen to
fit what is found. ``tests/browser/test_rag.py`` asks all of them on the built book.
"""

from typing import NamedTuple

__all__ = ["QUESTIONS", "Question"]


class Question(NamedTuple):
    """What somebody wants to know, and where it is told."""

    text: str
    sections: tuple[str, ...]  # page#anchor; without an anchor the top of the page


def _of(text: str, page: str, *anchors: str) -> Question:
    return Question(text, tuple(f"{page}#{anchor}" for anchor in anchors))


QUESTIONS = (
    _of(
        "Why does a chatbot give a different answer every time?",
        *("generation", "", "temperature", "the-same-dice-the-same-story"),
    ),
    _of("What is top-p sampling?", "generation", "cutting-the-tail"),
    _of(
        "Why do models repeat themselves in loops?",
        *("generation", "always-the-likeliest", "the-likelihood-trap"),
        "otto-in-a-real-model",
    ),
    _of(
        "How many letters r are in strawberry?",
        *("tokenization", "", "why-counting-letters-is-hard"),
        "strawberry-in-a-published-model",
    ),
    _of(
        "Why do other languages cost more money?",
        *("tokenization", "why-other-languages-cost-more"),
    ),
    _of(
        "How are words cut into pieces?",
        *("tokenization", "", "why-not-words-why-not-letters"),
        "byte-pair-encoding-by-hand",
    ),
    _of("Can one subtract man from king?", "embeddings", "", "a-sum-is-a-step"),
    _of(
        "Are word vectors prejudiced against women?",
        *("embeddings", "what-a-space-has-picked-up", "a-step-is-a-ruler"),
    ),
    _of(
        "How does a token look at earlier tokens?",
        *("attention", "", "ask-offer-hand-over", "one-step-at-a-time"),
    ),
    _of("Why must the model not see the future?", "attention", "the-future-is-hidden"),
    _of("How does it know the order of words?", "attention", "order-must-be-added"),
    _of(
        "What is the residual stream?",
        *("architecture", "the-stream-adding-instead-of-replacing"),
        "reading-the-stream-halfway",
    ),
    _of(
        "What is a mixture of experts?",
        *("architecture", "mixture-of-experts-many-mlps-few-at-work"),
    ),
    _of(
        "Where are most of the parameters?",
        *("architecture", "where-the-parameters-are"),
    ),
    _of(
        "How does backpropagation find the gradient?",
        *("training", "which-way-is-down", "all-slopes-in-one-run"),
    ),
    _of(
        "How much does it cost to train a large model?",
        *("training", "what-training-costs", "why-billions-of-parameters"),
    ),
    _of(
        "What goes wrong when a model memorizes its examples?",
        *("training", "learning-by-heart"),
    ),
    _of(
        "How do people teach a model to be polite?",
        *("alignment", "", "show-it-good-answers", "say-which-is-better"),
    ),
    _of("What is reward hacking?", "alignment", "pushed-too-far"),
    _of("What does perplexity measure?", "foundations", "how-good-is-a-guess"),
)
