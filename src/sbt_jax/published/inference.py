"""Published figures of chapter 18, with their sources."""

from typing import Any

from sbt_jax.published.figure import GPT2, Figure

_V2 = "DeepSeek-AI 2024, arXiv:2405.04434"
_V3 = "DeepSeek-AI 2024, arXiv:2412.19437"
_INSIGHTS = (
    "Zhao et al. 2025, Insights into DeepSeek-V3, arXiv:2505.09343",
    "table 1",
    "https://arxiv.org/abs/2505.09343",
)
_SCALING = (
    "Austin et al. 2025, How to Scale Your Model",
    "chapter 7, Modeling throughput and latency for LLaMA 2-13B",
    "https://jax-ml.github.io/scaling-book/inference",
)
_MX = (
    "Open Compute Project, Microscaling Formats (MX) Specification v1.0",
    "sections 5.2 and 5.3",
    "https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf",
)


def _sizes(
    layers: int, heads: int, kv_heads: int, head: int, kept: int, *where: str
) -> Figure:
    """Sizes of attention, and the bytes of 16-bit numbers that a token takes."""
    value: dict[str, Any] = {"layers": layers, "heads": heads, "kv_heads": kv_heads}
    return Figure(value | {"head": head, "bytes": kept}, *where)


def _latent(layers: int, kept: int, *where: str) -> Figure:
    """The same of a model with latent attention, of 128 heads as released."""
    value = {"layers": layers, "heads": 128, "latent": 512, "rotary": 64}
    return Figure(value | {"key": 192, "value": 128, "bytes": kept}, *where)


_LLAMA = ("Meta", "params.json", "https://github.com/meta-llama/llama-models")

INFERENCE = {
    # What a token takes in the cache, in bytes of bfloat16.
    "GPT-2": _sizes(
        12, 12, 12, 64, 36_864, "Radford et al. 2019", "hparams.json of gpt-2", GPT2
    ),
    "GPT-3": _sizes(
        96,
        96,
        96,
        128,
        4_718_592,
        "Brown et al. 2020, arXiv:2005.14165",
        "table 2.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "OPT-13B": _sizes(
        40,
        40,
        40,
        128,
        819_200,
        "Kwon et al. 2023, arXiv:2309.06180",
        "section 3: 800 KB a token",
        "https://arxiv.org/abs/2309.06180",
    ),
    "Llama 2 7B": _sizes(32, 32, 32, 128, 524_288, *_LLAMA),
    "Llama 2 13B": _sizes(40, 40, 40, 128, 819_200, *_LLAMA),
    "Llama 2 70B": _sizes(80, 64, 8, 128, 327_680, *_LLAMA),
    "Llama 3 8B": _sizes(32, 32, 8, 128, 131_072, *_LLAMA),
    "Qwen2.5 72B": _sizes(80, 64, 8, 128, 327_680, *_INSIGHTS),
    "Llama 3.1 405B": _sizes(126, 128, 8, 128, 516_096, *_INSIGHTS),
    "DeepSeek-V2": _latent(
        60, 69_120, _V2, "section 3.1.2", "https://arxiv.org/abs/2405.04434"
    ),
    "DeepSeek-V3": _latent(61, 70_272, *_INSIGHTS),
    "DeepSeek 67B": _sizes(
        95,
        64,
        8,
        128,
        389_120,
        "DeepSeek-AI 2024, arXiv:2401.02954",
        "table 2",
        "https://arxiv.org/abs/2401.02954",
    ),
    # How many times as much as DeepSeek-V3, as printed there.
    "times V3": Figure({"Qwen2.5 72B": 4.66, "Llama 3.1 405B": 7.28}, *_INSIGHTS),
    # Numbers a token, with and without latent attention, in two models of a kind.
    "MLA, table 9": Figure(
        {"small": (110.6e3, 15.6e3), "large": (860.2e3, 34.6e3)},
        _V2,
        "table 9",
        "https://arxiv.org/abs/2405.04434",
    ),
    # The saving against DeepSeek 67B, with 6 bits a number (section 3.2.3).
    "MLA saves": Figure(
        {"share": 0.933, "bits": 6},
        _V2,
        "abstract and section 3.2.3",
        "https://arxiv.org/abs/2405.04434",
    ),
    # Guesses, how often one is kept, cost of the small model, predicted, measured.
    "speculation": Figure(
        (
            (7, 0.75, 0.02, 3.2, 3.4),
            (7, 0.80, 0.04, 3.3, 2.8),
            (7, 0.82, 0.11, 2.5, 1.7),
            (7, 0.62, 0.02, 2.3, 2.6),
            (5, 0.68, 0.04, 2.4, 2.4),
            (3, 0.71, 0.11, 2.0, 1.4),
            (5, 0.65, 0.02, 2.4, 3.1),
            (5, 0.73, 0.04, 2.6, 3.0),
            (3, 0.74, 0.11, 2.0, 2.2),
            (5, 0.53, 0.02, 1.9, 2.3),
            (3, 0.55, 0.04, 1.8, 2.2),
            (3, 0.56, 0.11, 1.6, 1.7),
        ),
        "Leviathan et al. 2023, arXiv:2211.17192",
        "table 4",
        "https://arxiv.org/abs/2211.17192",
    ),
    # The second token that DeepSeek-V3 predicts: how often it is kept, and the gain.
    "MTP": Figure(
        {"kept": (0.85, 0.90), "faster": 1.8},
        _V3,
        "section 5.4.3",
        "https://arxiv.org/abs/2412.19437",
    ),
    # Operations of 16 bits a second, bytes a second, bytes; of one chip.
    "TPU v5e": Figure((1.97e14, 8.2e11, 16e9, 240), *_SCALING),
    "H100": Figure(
        (9.89e14, 3.35e12, 80e9, 295),
        "NVIDIA",
        "H100 SXM, data sheet (dense)",
        "https://www.nvidia.com/en-us/data-center/h100/",
    ),
    "H200": Figure(
        (9.89e14, 4.8e12, 141e9, 206),
        "NVIDIA",
        "H200 SXM, data sheet (dense)",
        "https://www.nvidia.com/en-us/data-center/h200/",
    ),
    # Least milliseconds of a step of Llama 2 13B on eight v5e, 8,192 tokens each.
    "Llama 2 13B on v5e": Figure(
        {"weights": 26e9, "cache": 6.7e9, "chips": 8, "steps": {1: 4.98, 240: 249.09}},
        *_SCALING,
    ),
    # Four-bit numbers: bits of one with its scale, sizes that it can have.
    "MXFP4": Figure(4.25, *_MX),
    "NVFP4": Figure(
        4.5,
        "NVIDIA",
        "Introducing NVFP4: 4 bits, and an 8-bit scale for each 16 numbers",
        "https://developer.nvidia.com/blog/introducing-nvfp4-for-efficient-and-accurate-low-precision-inference/",
    ),
    "E2M1": Figure((0, 0.5, 1, 1.5, 2, 3, 4, 6), *_MX),
    # The part of the cache's memory that held tokens, in older servers.
    "used memory": Figure(
        (0.204, 0.382),
        "Kwon et al. 2023, arXiv:2309.06180",
        "section 1 and figure 2",
        "https://arxiv.org/abs/2309.06180",
    ),
    # What the newest drafts gain: for one reader, and for 64 at once.
    "EAGLE-3": Figure(
        {"one": 6.5, "64 at once": 1.38},
        "Li et al. 2025, arXiv:2503.01840",
        "abstract",
        "https://arxiv.org/abs/2503.01840",
    ),
}
