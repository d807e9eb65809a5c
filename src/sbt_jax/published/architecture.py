"""Published figures of chapter 5, with their sources."""

from typing import Any

from sbt_jax.published.figure import GPT2, Figure


def _design(
    family: str,
    parameters: int,
    sizes: tuple[int, ...],
    window: int,
    *where: str,
    kv_heads: int | None = None,
) -> Figure:
    """Sizes of a model, and the number of its weights.

    Counted in the released weights; of GPT-3 and Llama 1, of which the papers give
    rounded numbers only, it is our sum.
    """
    names = ("vocab_size", "width", "layers", "heads", "mlp")
    value: dict[str, Any] = dict(zip(names, sizes, strict=True))
    value |= {"window": window, "family": family, "parameters": parameters}
    if kv_heads is not None:
        value["kv_heads"] = kv_heads
    return Figure(value, *where)


_LLAMA2 = ("Meta, Llama 2", "params.json", "https://github.com/meta-llama/llama")

_LLAMA3 = ("Meta, Llama 3", "params.json", "https://github.com/meta-llama/llama3")

_GPT2_SIZES = (
    # The table's 117M for the smallest was an error, corrected in the README of gpt-2.
    "Radford et al. 2019",
    "table 2, and hparams.json of gpt-2",
    GPT2,
)

ARCHITECTURE = {
    "GPT-2 small": _design(
        "GPT", 124_439_808, (50_257, 768, 12, 12, 3072), 1024, *_GPT2_SIZES
    ),
    "GPT-2 medium": _design(
        "GPT", 354_823_168, (50_257, 1024, 24, 16, 4096), 1024, *_GPT2_SIZES
    ),
    "GPT-2 large": _design(
        "GPT", 774_030_080, (50_257, 1280, 36, 20, 5120), 1024, *_GPT2_SIZES
    ),
    "GPT-2 XL": _design(
        "GPT", 1_557_611_200, (50_257, 1600, 48, 25, 6400), 1024, *_GPT2_SIZES
    ),
    "GPT-3": _design(
        "GPT",
        174_604_259_328,
        (50_257, 12_288, 96, 96, 49_152),
        2048,
        "Brown et al. 2020, arXiv:2005.14165",
        "table 2.1 (parameters there: 175.0B) and section 2.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "Llama 1 65B": _design(
        "Llama",
        65_285_660_672,
        (32_000, 8192, 80, 64, 22_016),
        2048,
        "Touvron et al. 2023, arXiv:2302.13971",
        "table 2 (parameters there: 65.2B); hidden size of the MLP as released",
        "https://arxiv.org/abs/2302.13971",
    ),
    "Llama 2 7B": _design(
        "Llama", 6_738_415_616, (32_000, 4096, 32, 32, 11_008), 4096, *_LLAMA2
    ),
    "Llama 2 13B": _design(
        "Llama", 13_015_864_320, (32_000, 5120, 40, 40, 13_824), 4096, *_LLAMA2
    ),
    "Llama 2 70B": _design(
        "Llama",
        68_976_648_192,
        (32_000, 8192, 80, 64, 28_672),
        4096,
        *_LLAMA2,
        kv_heads=8,
    ),
    "Llama 3 8B": _design(
        "Llama",
        8_030_261_248,
        (128_256, 4096, 32, 32, 14_336),
        8192,
        *_LLAMA3,
        kv_heads=8,
    ),
    "Llama 3 70B": _design(
        "Llama",
        70_553_706_496,
        (128_256, 8192, 80, 64, 28_672),
        8192,
        *_LLAMA3,
        kv_heads=8,
    ),
    "Mistral 7B": _design(
        "Llama",
        7_241_732_096,
        (32_000, 4096, 32, 32, 14_336),
        8192,
        "Jiang et al. 2023, arXiv:2310.06825",
        "table 1",
        "https://arxiv.org/abs/2310.06825",
        kv_heads=8,
    ),
    # 1,000 classes; 196 patches of an image of 224 by 224 pixels, and a class token.
    "ViT-B/16": _design(
        "ViT",
        86_567_656,
        (1000, 768, 12, 12, 3072),
        197,
        "Dosovitskiy et al. 2021, arXiv:2010.11929",
        "table 1; counted by torchvision, vit_b_16",
        "https://arxiv.org/abs/2010.11929",
    ),
}
