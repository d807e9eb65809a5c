"""Published figures of chapter 17, with their sources."""

from sbt_jax.published.figure import Figure

_R1 = ("DeepSeek-AI 2025, README of DeepSeek-R1", "evaluation results")
_R1_URL = "https://github.com/deepseek-ai/DeepSeek-R1"
_S1 = ("Muennighoff et al. 2025, arXiv:2501.19393", "table 1")
_S1_URL = "https://arxiv.org/abs/2501.19393"

REASONING = {
    # Percent right in one try, AIME 2024 and MATH-500.
    "r1": Figure(
        {
            "GPT-4o": (9.3, 74.6),
            "o1-mini": (63.6, 90.0),
            "o1": (79.2, 96.4),
            "R1": (79.8, 97.3),
        },
        *_R1,
        _R1_URL,
    ),
    # The smallest distilled model, AIME 2024: one try, and the vote of 64.
    "distilled": Figure({"one": 28.9, "vote": 52.7}, *_R1, _R1_URL),
    # R1-Zero, AIME 2024: before and after rewards, and the vote of 64.
    "zero": Figure(
        {"before": 15.6, "after": 71.0, "vote": 86.7},
        "DeepSeek-AI 2025, arXiv:2501.12948",
        "section 2.2",
        "https://arxiv.org/abs/2501.12948",
    ),
    # o1, AIME 2024, problems right of 15: one try, the vote of 64, the best of 1,000.
    "o1": Figure(
        {"one": 11.1, "vote": 12.5, "best": 13.9, "of": 15},
        "OpenAI 2024, Learning to reason with LLMs",
        "evaluation",
        "https://openai.com/index/learning-to-reason-with-llms/",
    ),
    # s1-32B without and with forcing; the model it was made of.
    "s1": Figure(
        {
            "AIME": (50.0, 56.7),
            "MATH-500": (92.6, 93.0),
            "GPQA": (56.6, 59.6),
            "base AIME": 26.7,
            "examples": 1_000,
        },
        *_S1,
        _S1_URL,
    ),
    # How many times best-of-n's tokens the best way spends: one in so many.
    "snell": Figure(
        {"times": 4, "larger": 14},
        "Snell et al. 2024, arXiv:2408.03314",
        "abstract",
        "https://arxiv.org/abs/2408.03314",
    ),
    # Percent of the hints used that the chain admits.
    "hints": Figure(
        {"Claude 3.7 Sonnet": 25, "DeepSeek-R1": 39},
        "Chen et al. 2025, arXiv:2505.05410",
        "section 3",
        "https://arxiv.org/abs/2505.05410",
    ),
    # DAPO's bounds of the clip.
    "dapo": Figure(
        {"low": 0.2, "high": 0.28},
        "Yu et al. 2025, arXiv:2503.14476",
        "section 4.1",
        "https://arxiv.org/abs/2503.14476",
    ),
}
