"""Published figures of chapter 20, with their sources."""

from sbt_jax.published.figure import Figure

_MONO = "Bricken et al. 2023, Towards Monosemanticity"
_MONO_URL = "https://transformer-circuits.pub/2023/monosemantic-features"
_SONNET = "Templeton et al. 2024, Scaling Monosemanticity"
_SONNET_URL = "https://transformer-circuits.pub/2024/scaling-monosemanticity/"

INTERPRETABILITY = {
    # Vectors spread evenly: how many, in how many dimensions.
    "polytopes": Figure(
        {(2, 1): 1 / 2, (3, 2): 2 / 3, (4, 3): 3 / 4, (5, 2): 2 / 5, (8, 3): 3 / 8},
        "Elhage et al. 2022, arXiv:2209.10652",
        "section 4, geometric structure",
        "https://arxiv.org/abs/2209.10652",
    ),
    # Neurons, features and dead features of the run A/1; how many times as many
    # features the widest run had.
    "one_layer": Figure(
        {"neurons": 512, "features": 4_096, "dead": 168, "widest": 256},
        _MONO,
        "the run A/1",
        _MONO_URL,
    ),
    # Powers of two; dead share of the largest; active at once and variance at least.
    "sonnet": Figure(
        {"features": (20, 22, 25), "dead": 0.65, "active": 300, "variance": 0.65},
        _SONNET,
        "scaling dictionary learning to Claude 3 Sonnet",
        _SONNET_URL,
    ),
    "gemma_scope": Figure(
        {"width": 2_304, "features": 16_384, "parameters": 75_532_544},
        "Lieberum et al. 2024, arXiv:2408.05147",
        "JumpReLU autoencoders of Gemma 2 2B, counted",
        "https://arxiv.org/abs/2408.05147",
    ),
    "gemma_scope_all": Figure(
        {"autoencoders": 400, "features": 30_000_000},
        "Lieberum et al. 2024, arXiv:2408.05147",
        "abstract and section 1",
        "https://arxiv.org/abs/2408.05147",
    ),
    "gpt4": Figure(
        16_000_000,
        "Gao et al. 2024, arXiv:2406.04093",
        "abstract",
        "https://arxiv.org/abs/2406.04093",
    ),
    # Heads of GPT-2 small: layers, heads of each, those of the circuit.
    "ioi": Figure(
        {"layers": 12, "heads": 12, "circuit": 26},
        "Wang et al. 2022, arXiv:2211.00593",
        "section 3",
        "https://arxiv.org/abs/2211.00593",
    ),
    # Threshold at the start, rate, steps; the largest threshold that was reported.
    "stuck": Figure(
        {"start": 0.01, "rate": 3e-4, "steps": 2_000, "reported": 0.0157},
        "SAELens, pull request 718",
        "description",
        "https://github.com/decoderesearch/SAELens/pull/718",
    ),
    # Share of the features of 131,072 that two seeds have in common.
    "shared": Figure(
        0.30,
        "Paulo & Belrose 2025, arXiv:2501.16615",
        "abstract",
        "https://arxiv.org/abs/2501.16615",
    ),
    # Share of prompts for which a graph gave insight.
    "graphs": Figure(
        0.25,
        "Lindsey et al. 2025, On the Biology of a Large Language Model",
        "limitations",
        "https://transformer-circuits.pub/2025/attribution-graphs/biology.html",
    ),
    # How often a replacement model's likeliest token is the model's own.
    "replaced": Figure(
        0.50,
        "Ameisen et al. 2025, Circuit Tracing",
        "introduction: cross-layer transcoders",
        "https://transformer-circuits.pub/2025/attribution-graphs/methods.html",
    ),
}
