"""Every published figure that the book quotes, with its source.

One constant for each chapter, in reading order. A page quotes
``published.TOKENIZATION["gpt2_vocabulary"].value``; the tests of the chapter
recompute what our code can.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number, or a short list of them, that somebody else has published.

    Example:
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


_GPT2 = "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"
_TIKTOKEN = "https://github.com/openai/tiktoken"


def _gpt2_ids(*ids: int) -> Figure:
    return Figure(
        ids, "OpenAI gpt-2", "encoder.json", "https://github.com/openai/gpt-2"
    )


def _cl100k_ids(*ids: int) -> Figure:
    return Figure(ids, "OpenAI tiktoken", "cl100k_base.tiktoken", _TIKTOKEN)


FOUNDATIONS = {
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", _GPT2),
    "llama2_vocabulary": Figure(
        32_000, "Touvron et al. 2023, arXiv:2307.09288", "section 2.2",
        "https://arxiv.org/abs/2307.09288",
    ),
    "llama3_vocabulary": Figure(
        128_256, "Meta, Llama 3 8B", "params.json, vocab_size",
        "https://github.com/meta-llama/llama3",
    ),
    # Bits a letter, with statistical effects over not more than eight letters.
    "shannon_eight_letters": Figure(2.3, "Shannon 1951", "section 1"),
}  # fmt: skip

TOKENIZATION = {
    # 256 bytes, 50,000 merges, one special token.
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", _GPT2),
    "gpt2_merges": Figure(
        50_000, "OpenAI gpt-2", "vocab.bpe", "https://github.com/openai/gpt-2"
    ),
    "cl100k_vocabulary": Figure(
        100_277, "OpenAI tiktoken", "openai_public.py, cl100k_base", _TIKTOKEN
    ),
    "o200k_vocabulary": Figure(
        200_019, "OpenAI tiktoken", "openai_public.py, o200k_base", _TIKTOKEN
    ),
    "gpt2_hello_world": _gpt2_ids(31373, 995),
    "gpt2_zeros_1": _gpt2_ids(15),
    "gpt2_zeros_2": _gpt2_ids(405),
    "gpt2_zeros_3": _gpt2_ids(830),
    "gpt2_zeros_16": _gpt2_ids(25645),
    "cl100k_hello_world": _cl100k_ids(15339, 1917),
    # hello123!!!? (안녕하세요!) 😉
    "cl100k_greeting": _cl100k_ids(
        15339, 4513, 12340, 30, 320, 31495, 230, 75265, 243, 92245, 16715, 57037
    ),
}
