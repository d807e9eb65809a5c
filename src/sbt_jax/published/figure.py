"""One published figure, and the addresses that several chapters quote."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number, or a short list of them, that somebody else has published.

    Example:
      >>> from sbt_jax.published.tokenization import TOKENIZATION
      >>> print(TOKENIZATION["gpt2_vocabulary"])
      50257 (Radford et al. 2019, section 2.3)
    """

    #: What was published.
    value: Any
    #: Who says so: a paper, or a project and its file.
    source: str
    #: Where in it.
    where: str
    #: An address to look it up.
    url: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.source}, {self.where})"


GPT2 = "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"
