"""Published sizes of mixtures of experts (chapter 5), with their sources."""

from sbt_jax.published.figure import Figure

EXPERTS = {
    # Parameters in all, those that work on one token, and experts: in each MLP, and of
    # them for each token.
    "Mixtral 8x7B": Figure(
        {"parameters": 47e9, "active": 13e9, "experts": 8, "chosen": 2},
        "Jiang et al. 2024, arXiv:2401.04088",
        "abstract",
        "https://arxiv.org/abs/2401.04088",
    ),
    "DeepSeek-V3": Figure(
        {"parameters": 671e9, "active": 37e9, "experts": 256, "chosen": 8},
        "DeepSeek-AI 2024, arXiv:2412.19437",
        "abstract; section 4.2: routed experts, beside one that always works",
        "https://arxiv.org/abs/2412.19437",
    ),
}
