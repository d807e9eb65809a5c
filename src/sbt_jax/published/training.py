"""Published figures of chapter 6, with their sources."""

from sbt_jax.published.figure import Figure

TRAINING = {
    # Of each run: parameters that work on a token, tokens read, FLOPs if published,
    # and hours of how many chips at most.
    "GPT-3": Figure(
        {"parameters": 174.6e9, "tokens": 300e9, "flops": 3.14e23},
        "Brown et al. 2020, arXiv:2005.14165",
        "table D.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "Llama 3.1 405B": Figure(
        {
            "parameters": 405e9,
            "tokens": 15.6e12,
            "flops": 3.8e25,
            "hours": 30.84e6,
            "chips": 16_384,
        },
        "Grattafiori et al. 2024, arXiv:2407.21783",
        "sections 1 and 3.3.1; hours from MODEL_CARD.md of llama-models",
        "https://arxiv.org/abs/2407.21783",
    ),
    # A mixture of experts: of 671e9 parameters, 37e9 work on each token.
    "DeepSeek-V3": Figure(
        {"parameters": 37e9, "tokens": 14.8e12, "hours": 2.664e6},
        "DeepSeek-AI 2024, arXiv:2412.19437",
        "abstract; section 1: hours of pre-training, of 2.788e6 in all",
        "https://arxiv.org/abs/2412.19437",
    ),
    # Facts that a language model can hold, after enough training.
    "bits_a_parameter": Figure(
        2,
        "Allen-Zhu & Li 2024, arXiv:2404.05405",
        "abstract",
        "https://arxiv.org/abs/2404.05405",
    ),
}
