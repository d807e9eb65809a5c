"""Published figures of chapter 19, with their sources."""

import math

from sbt_jax.published.figure import Figure

_HOFFMANN = "Hoffmann et al. 2022, arXiv:2203.15556"
_HOFFMANN_URL = "https://arxiv.org/abs/2203.15556"
_BESIROGLU = "Besiroglu et al. 2024, arXiv:2404.10102"
_BESIROGLU_URL = "https://arxiv.org/abs/2404.10102"
_KAPLAN = "Kaplan et al. 2020, arXiv:2001.08361"
_KAPLAN_URL = "https://arxiv.org/abs/2001.08361"
_SARDANA = "Sardana et al. 2024, arXiv:2401.00448"
_SARDANA_URL = "https://arxiv.org/abs/2401.00448"
_REPEATS = "Muennighoff et al. 2023, arXiv:2305.16264"
_REPEATS_URL = "https://arxiv.org/abs/2305.16264"
_LLAMA3 = "Grattafiori et al. 2024, arXiv:2407.21783"
_LLAMA3_URL = "https://arxiv.org/abs/2407.21783"
_BROWN = "Brown et al. 2020, arXiv:2005.14165"
_BROWN_URL = "https://arxiv.org/abs/2005.14165"
_PARABOLAS = (
    "arXiv:2603.22339",
    "noise-free surfaces",
    "https://arxiv.org/abs/2603.22339",
)
_PEARCE = (
    "Pearce and Song 2024, arXiv:2406.12907",
    "section 4",
    "https://arxiv.org/abs/2406.12907",
)

#: The law's floor, A, B, alpha and beta, by who says so.
LAWS = {
    "Hoffmann, as printed": Figure(
        (1.69, 406.4, 410.7, 0.34, 0.28), _HOFFMANN, "equation 10", _HOFFMANN_URL
    ),
    "Hoffmann, unrounded": Figure(
        (
            math.exp(0.5267228),
            math.exp(6.0073404),
            math.exp(6.0179186),
            0.33917084,
            0.2849083,
        ),
        _HOFFMANN,
        "source of the paper, appendix D.3",
        _HOFFMANN_URL,
    ),
    "fitted again": Figure(
        (1.8169, 482.01, 2085.43, 0.3478, 0.3658),
        _BESIROGLU,
        "table 1",
        _BESIROGLU_URL,
    ),
}

#: Parameters and tokens of training.
MODELS = {
    "GPT-3": Figure((175e9, 300e9), _BROWN, "table 2.1", _BROWN_URL),
    "Gopher": Figure((280e9, 300e9), _HOFFMANN, "table 1", _HOFFMANN_URL),
    "Chinchilla": Figure((70e9, 1.4e12), _HOFFMANN, "table 1", _HOFFMANN_URL),
    "Llama 3 8B": Figure((8e9, 15e12), _LLAMA3, "section 1", _LLAMA3_URL),
    "Llama 3 405B": Figure((405e9, 15.6e12), _LLAMA3, "section 3.2", _LLAMA3_URL),
    "SmolLM2-135M": Figure(
        (135e6, 2e12),
        "Allal et al. 2025, arXiv:2502.02737",
        "card of the model",
        "https://huggingface.co/HuggingFaceTB/SmolLM2-135M",
    ),
}

SCALING = {
    "gopher_budget": Figure(5.76e23, _HOFFMANN, "table 3", _HOFFMANN_URL),
    # Parameters and tokens of the best split of that budget, by approach 1.
    "gopher_best": Figure((67e9, 1.5e12), _HOFFMANN, "table 3", _HOFFMANN_URL),
    "gopher_best_law": Figure(40e9, _HOFFMANN, "section 3.3", _HOFFMANN_URL),
    # Exponents of parameters and of tokens by compute, approaches 1 to 3.
    "exponents": Figure(
        ((0.50, 0.50), (0.49, 0.51), (0.46, 0.54)), _HOFFMANN, "table 2", _HOFFMANN_URL
    ),
    # Rows of table 3: parameters, compute, tokens.
    "table_3": Figure(
        ((1e9, 1.21e20, 20.2e9), (10e9, 1.23e22, 205.1e9), (67e9, 5.76e23, 1.5e12)),
        _HOFFMANN,
        "table 3",
        _HOFFMANN_URL,
    ),
    "again_spread": Figure(
        (0.026, 124.5, 1293.3, 0.015, 0.021), _BESIROGLU, "table 1", _BESIROGLU_URL
    ),
    "again_exponent": Figure(0.513, _BESIROGLU, "section 3", _BESIROGLU_URL),
    "again_runs": Figure(634_773, _BESIROGLU, "section 4.2", _BESIROGLU_URL),
    "kaplan_size": Figure((0.076, 8.8e13), _KAPLAN, "equation 1.1", _KAPLAN_URL),
    "kaplan_text": Figure((0.095, 5.4e13), _KAPLAN, "equation 1.2", _KAPLAN_URL),
    "kaplan_compute": Figure((0.050, 3.1e8), _KAPLAN, "equation 1.3", _KAPLAN_URL),
    "kaplan_exponent": Figure(0.73, _KAPLAN, "section 1.2", _KAPLAN_URL),
    "pearce_exponents": Figure({"fitted again": 0.78, "unrounded": 0.74}, *_PEARCE),
    "pearce_embedding": Figure(47_491, *_PEARCE),
    # Of approach 2 on the printed surface: intercepts; errors of the tokens at 1e24.
    "parabolas": Figure(
        {"found": -0.578092, "true": -0.555357, "off": -0.051, "askew_off": -0.231},
        *_PARABOLAS,
    ),
    "served_law": Figure((0.336, 0.283), _SARDANA, "its code", _SARDANA_URL),
    "served": Figure(
        {
            "loss": 1.947,
            "tokens": 2e12,
            "parameters": 24.18e9,
            "text": 2.657e12,
            "share": 0.9522,
        },
        _SARDANA,
        "its code",
        _SARDANA_URL,
    ),
    "served_13b": Figure(
        {"saved": 1.7e22, "share": 0.17}, _SARDANA, "figure 1", _SARDANA_URL
    ),
    # Logarithms of A, B and E, alpha = beta, and the two constants of repeats.
    "repeats_law": Figure(
        (6.255414, 7.3049974, 0.6254804, 0.3526596, 15.387756, 5.309743),
        _REPEATS,
        "its code",
        _REPEATS_URL,
    ),
    "repeats_loss": Figure(
        {"parameters": 6.34e9, "tokens": 242e9, "different": 25e9, "loss": 2.22564},
        _REPEATS,
        "its code",
        _REPEATS_URL,
    ),
    "repeats_free": Figure(4, _REPEATS, "abstract", _REPEATS_URL),
    "llama3_law": Figure((0.53, 0.29), _LLAMA3, "section 3.2.1", _LLAMA3_URL),
    "llama3_best": Figure(
        {"parameters": 402e9, "tokens": 16.55e12}, _LLAMA3, "section 3.2.1", _LLAMA3_URL
    ),
    "llama3_budget": Figure(3.8e25, _LLAMA3, "section 3.2", _LLAMA3_URL),
    "gpt3_budget": Figure(3.14e23, _BROWN, "appendix D", _BROWN_URL),
    "emergent_two": Figure(
        0.92,
        "Schaeffer et al. 2023, arXiv:2304.15004",
        "section 4",
        "https://arxiv.org/abs/2304.15004",
    ),
}
