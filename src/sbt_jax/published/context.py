"""Published figures of chapter 9, with their sources."""

from sbt_jax.published.figure import GPT2, Figure

_RULER = (
    "Hsieh et al. 2024, RULER",
    "README.md, main results",
    "https://github.com/hsiehjackson/RULER",
)
_NOLIMA = (
    "Modarressi et al. 2025, NoLiMa",
    "README.md, results",
    "https://github.com/adobe-research/NoLiMa",
)
_MIDDLE = (
    "Liu et al. 2024, arXiv:2307.03172",
    "table 6 (20 documents) and table 1",
    "https://arxiv.org/abs/2307.03172",
)
_CACHING = (
    "Anthropic",
    "documentation, prompt caching, pricing",
    "https://docs.claude.com/en/docs/build-with-claude/prompt-caching",
)

CONTEXT = {
    # Windows over the years, in tokens.
    "GPT-2 window": Figure(1024, "Radford et al. 2019", "section 2.3", GPT2),
    "GPT-3 window": Figure(
        2048,
        "Brown et al. 2020, arXiv:2005.14165",
        "section 2.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "GPT-4 window": Figure(
        8192,
        "OpenAI, GPT-4",
        "announcement: context length of 8,192 tokens",
        "https://openai.com/index/gpt-4-research/",
    ),
    "GPT-4.1 window": Figure(
        1_047_576,
        "OpenAI, GPT-4.1",
        "documentation of the model: context window",
        "https://platform.openai.com/docs/models/gpt-4.1",
    ),
    # How far news can travel through windows of 4,096 in 32 layers.
    "Mistral reach": Figure(
        {"window": 4096, "layers": 32, "reach": 131_072},
        "Jiang et al. 2023, arXiv:2310.06825",
        "section 2 (131K) and table 1",
        "https://arxiv.org/abs/2310.06825",
    ),
    # One layer in six sees all; the others the last 1,024 tokens.
    "Gemma 3 27B": Figure(
        {
            "width": 5376,
            "layers": 62,
            "heads": 32,
            "kv_heads": 16,
            "head": 128,
            "mlp": 21_504,
            "every": 6,
            "span": 1024,
        },
        "Google, Gemma 3",
        "config.json of gemma-3-27b; arXiv:2503.19786, section 2",
        "https://arxiv.org/abs/2503.19786",
    ),
    # What a kept token costs, in prices of an input token.
    "prompt caching": Figure(
        {"write, 5 minutes": 1.25, "write, 1 hour": 2.0, "read": 0.1}, *_CACHING
    ),
    # Multiplied onto queries and keys of a text that is 16 times longer.
    "YaRN scale": Figure(
        {"factor": 16, "scale": 1.277},
        "Peng et al. 2024, arXiv:2309.00071",
        "equation 22",
        "https://arxiv.org/abs/2309.00071",
    ),
    # Perplexity of Llama-2-13B on a book, far beyond the window.
    "sinks": Figure(
        {"window": 5158.07, "window and 4 first tokens": 5.40},
        "Xiao et al. 2024, arXiv:2309.17453",
        "table 1",
        "https://arxiv.org/abs/2309.17453",
    ),
    # Percent right of GPT-3.5 Turbo, by the place of the right document among 20.
    "lost in the middle": Figure(
        {
            "at": (0, 4, 9, 14, 19),
            "right": (75.8, 57.2, 53.8, 55.4, 63.2),
            "closed book": 56.1,
            "oracle": 88.3,
        },
        *_MIDDLE,
    ),
    # GPT-4-1106 by length, and the three means that are printed.
    "RULER": Figure(
        {
            "lengths": (4096, 8192, 16_384, 32_768, 65_536, 131_072),
            "right": (96.6, 96.3, 95.2, 93.2, 87.0, 81.2),
            "mean": 91.6,
            "weighted to the long": 89.0,
            "weighted to the short": 94.1,
            "threshold": 85.6,
            "effective": 65_536,
        },
        *_RULER,
    ),
    # GPT-4o, where question and needle share no words.
    "NoLiMa": Figure(
        {
            "base": 99.3,
            "share": 0.85,
            "threshold": 84.4,
            "effective": 8192,
            "at 32K": 69.7,
        },
        *_NOLIMA,
    ),
}
