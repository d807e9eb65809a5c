"""Published figures of chapter 15, with their sources."""

from sbt_jax.published.figure import Figure

_VIT = ("Dosovitskiy et al. 2020, arXiv:2010.11929", "table 1; counted by torchvision")
_CLIP = "https://github.com/openai/CLIP/blob/main/clip/model.py"

#: Vision transformers: width, layers, heads, hidden size, patch; parameters; billions
#: of multiply-adds for an image of 224 by 224 pixels.
VITS = {
    name: Figure(
        {"sizes": sizes, "parameters": weights, "multiply_adds": work},
        *_VIT,
        "https://docs.pytorch.org/vision/stable/models/vision_transformer.html",
    )
    for name, sizes, weights, work in (
        ("B/16", (768, 12, 12, 3072, 16), 86_567_656, 17.564),
        ("B/32", (768, 12, 12, 3072, 32), 88_224_232, 4.409),
        ("L/16", (1024, 24, 16, 4096, 16), 304_326_632, 61.555),
        ("L/32", (1024, 24, 16, 4096, 32), 306_535_400, 15.378),
        ("H/14", (1280, 32, 16, 5120, 14), 632_045_800, 167.295),
    )
}
#: CLIP: image half (width, layers, patch, side in pixels), text half (width, layers),
#: numbers of the common space, all parameters.
CLIPS = {
    name: Figure(
        {"image": image, "text": text, "space": space, "parameters": weights},
        "Radford et al. 2021, arXiv:2103.00020",
        "table 20; counted from model.py of the release",
        _CLIP,
    )
    for name, image, text, space, weights in (
        ("B/32", (768, 12, 32, 224), (512, 12), 512, 151_277_313),
        ("B/16", (768, 12, 16, 224), (512, 12), 512, 149_620_737),
        ("L/14", (1024, 24, 14, 224), (768, 12), 768, 427_616_513),
        ("L/14@336", (1024, 24, 14, 336), (768, 12), 768, 427_944_193),
    )
}
CLIP_WORDS, CLIP_LENGTH = 49_408, 77  # of the release; the paper says 49,152

MULTIMODALITY = {
    # The scale before training, the most it may be, pairs of a batch.
    "clip_training": Figure(
        {"temperature": 0.07, "most": 100, "batch": 32_768},
        "Radford et al. 2021, arXiv:2103.00020",
        "section 2.5",
        "https://arxiv.org/abs/2103.00020",
    ),
    "clip_pairs": Figure(
        400_000_000,
        "Radford et al. 2021, arXiv:2103.00020",
        "section 2.2",
        "https://arxiv.org/abs/2103.00020",
    ),
    # Percent of ImageNet, told by names of the classes alone.
    "clip_zero_shot": Figure(
        76.2,
        "Radford et al. 2021, arXiv:2103.00020",
        "section 3.1.3",
        "https://arxiv.org/abs/2103.00020",
    ),
    # A loss that does not move, and the batch.
    "constant_loss": Figure(
        {"loss": 4.8, "batch": 128},
        "open_clip, issue 17",
        "“constantly at 4.8xxx”",
        "https://github.com/mlfoundations/open_clip/issues/17",
    ),
    # Scale and bias at the start.
    "siglip_start": Figure(
        {"scale": 10.0, "bias": -10.0},
        "Zhai et al. 2023, arXiv:2303.15343",
        "section 3.2",
        "https://arxiv.org/abs/2303.15343",
    ),
    # The projector of LLaVA-1.5 7B: two layers from 1,024 to 4,096.
    "llava_projector": Figure(
        {"from": 1024, "to": 4096, "parameters": 20_979_712},
        "Liu et al. 2023, arXiv:2310.03744",
        "section 3.2; counted from the released sizes",
        "https://arxiv.org/abs/2310.03744",
    ),
    # Images that a vision transformer wanted to see before it won (JFT-300M).
    "vit_images": Figure(
        {"few": 1_300_000, "many": 300_000_000},
        "Dosovitskiy et al. 2020, arXiv:2010.11929",
        "section 4.3 and figure 3",
        "https://arxiv.org/abs/2010.11929",
    ),
    # Tokens of an image by rule: width, height, tokens.
    "tokens": Figure(
        {
            "LLaVA-1.5": ((336, 336, 576),),
            "Qwen2-VL": ((224, 224, 66),),
            "GPT-4o": ((1024, 1024, 765), (2048, 4096, 1105)),
            "GPT-4.1 mini": ((1024, 1024, 1024), (1800, 2400, 1452)),
            "Claude": ((1000, 1000, 1296), (1920, 1080, 1560)),
            "Claude high": ((1920, 1080, 2691),),
            "Gemini 2.0": ((384, 384, 258),),
        },
        "the vendors' guides to images, as of November 2026; Liu et al. 2023;"
        " Wang et al. 2024, arXiv:2409.12191",
        "examples in the guides",
        "https://platform.claude.com/docs/en/build-with-claude/vision",
    ),
    # The size to which Claude's interface scales a page.
    "claude_page": Figure(
        {"before": (1075, 1520), "after": (924, 1307)},
        "Anthropic, guide to vision, November 2026",
        "resizing",
        "https://platform.claude.com/docs/en/build-with-claude/vision",
    ),
}
