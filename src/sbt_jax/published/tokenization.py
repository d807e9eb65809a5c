"""Published figures of chapter 2, with their sources."""

from sbt_jax.published.figure import GPT2, Figure

_TIKTOKEN = "https://github.com/openai/tiktoken"


def _gpt2_ids(*ids: int) -> Figure:
    return Figure(
        ids, "OpenAI gpt-2", "encoder.json", "https://github.com/openai/gpt-2"
    )


def _cl100k_ids(*ids: int) -> Figure:
    return Figure(ids, "OpenAI tiktoken", "cl100k_base.tiktoken", _TIKTOKEN)


TOKENIZATION = {
    # 256 bytes, 50,000 merges, one special token.
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", GPT2),
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
