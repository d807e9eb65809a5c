"""Every published figure that the book quotes, with its source.

One constant for each chapter, in reading order. A page quotes
``published.TOKENIZATION["gpt2_vocabulary"].value``; the tests of the chapter
recompute what our code can.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A number, or a short list of them, that somebody else has published.

    Example:
      >>> print(TOKENIZATION["gpt2_vocabulary"])
      50257 (Radford et al. 2019, section 2.3)
    """

    #: What was published.
    value: Any
    #: Who says so: a paper, or a project and its file.
    source: str
    #: Where in it.
    where: str
    #: An address to look it up.
    url: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.source}, {self.where})"


_GPT2 = "https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf"
_TIKTOKEN = "https://github.com/openai/tiktoken"


def _gpt2_ids(*ids: int) -> Figure:
    return Figure(
        ids, "OpenAI gpt-2", "encoder.json", "https://github.com/openai/gpt-2"
    )


def _cl100k_ids(*ids: int) -> Figure:
    return Figure(ids, "OpenAI tiktoken", "cl100k_base.tiktoken", _TIKTOKEN)


FOUNDATIONS = {
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", _GPT2),
    "llama2_vocabulary": Figure(
        32_000, "Touvron et al. 2023, arXiv:2307.09288", "section 2.2",
        "https://arxiv.org/abs/2307.09288",
    ),
    "llama3_vocabulary": Figure(
        128_256, "Meta, Llama 3 8B", "params.json, vocab_size",
        "https://github.com/meta-llama/llama3",
    ),
    # Bits a letter, with statistical effects over not more than eight letters.
    "shannon_eight_letters": Figure(2.3, "Shannon 1951", "section 1"),
}  # fmt: skip

TOKENIZATION = {
    # 256 bytes, 50,000 merges, one special token.
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", _GPT2),
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

_GLOVE = "https://nlp.stanford.edu/projects/glove/"

EMBEDDINGS = {
    # Words, and numbers a word.
    "glove_shape": Figure(
        (400_000, 50), "Pennington, Socher & Manning 2014", "glove.6B.50d.txt", _GLOVE
    ),
    # How the vector of *the* begins.
    "glove_the": Figure(
        (0.418, 0.24968, -0.41242, 0.1217), "Pennington, Socher & Manning 2014",
        "glove.6B.50d.txt, line 1", _GLOVE,
    ),
    # Tokens of text that it was made from: Wikipedia of 2014 and Gigaword 5.
    "glove_tokens": Figure(
        6_000_000_000, "Pennington, Socher & Manning 2014", "project page", _GLOVE
    ),
}  # fmt: skip

ATTENTION = {
    "base_heads": Figure(8, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "base_head": Figure(64, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "base_width": Figure(512, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "llama3_heads": Figure(32, "Meta, Llama 3 8B", "config.json, num_attention_heads"),
    "llama3_kv": Figure(8, "Meta, Llama 3 8B", "config.json, num_key_value_heads"),
    "llama3_layers": Figure(32, "Meta, Llama 3 8B", "config.json, num_hidden_layers"),
}


def _design(
    family: str, parameters: int, sizes: tuple[int, ...], window: int, *where: str,
    kv_heads: int | None = None,
) -> Figure:  # fmt: skip
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
    "Radford et al. 2019", "table 2, and hparams.json of gpt-2", _GPT2
)  # fmt: skip

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
        "GPT", 174_604_259_328, (50_257, 12_288, 96, 96, 49_152), 2048,
        "Brown et al. 2020, arXiv:2005.14165",
        "table 2.1 (parameters there: 175.0B) and section 2.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "Llama 1 65B": _design(
        "Llama", 65_285_660_672, (32_000, 8192, 80, 64, 22_016), 2048,
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
        "Llama", 68_976_648_192, (32_000, 8192, 80, 64, 28_672), 4096, *_LLAMA2,
        kv_heads=8,
    ),
    "Llama 3 8B": _design(
        "Llama", 8_030_261_248, (128_256, 4096, 32, 32, 14_336), 8192, *_LLAMA3,
        kv_heads=8,
    ),
    "Llama 3 70B": _design(
        "Llama", 70_553_706_496, (128_256, 8192, 80, 64, 28_672), 8192, *_LLAMA3,
        kv_heads=8,
    ),
    "Mistral 7B": _design(
        "Llama", 7_241_732_096, (32_000, 4096, 32, 32, 14_336), 8192,
        "Jiang et al. 2023, arXiv:2310.06825", "table 1",
        "https://arxiv.org/abs/2310.06825", kv_heads=8,
    ),
    # 1,000 classes; 196 patches of an image of 224 by 224 pixels, and a class token.
    "ViT-B/16": _design(
        "ViT", 86_567_656, (1000, 768, 12, 12, 3072), 197,
        "Dosovitskiy et al. 2021, arXiv:2010.11929",
        "table 1; counted by torchvision, vit_b_16", "https://arxiv.org/abs/2010.11929",
    ),
}  # fmt: skip

TRAINING = {
    # Of each run: parameters that work on a token, tokens read, FLOPs if published,
    # and hours of how many chips at most.
    "GPT-3": Figure(
        {"parameters": 174.6e9, "tokens": 300e9, "flops": 3.14e23},
        "Brown et al. 2020, arXiv:2005.14165", "table D.1",
        "https://arxiv.org/abs/2005.14165",
    ),
    "Llama 3.1 405B": Figure(
        {"parameters": 405e9, "tokens": 15.6e12, "flops": 3.8e25,
         "hours": 30.84e6, "chips": 16_384},
        "Grattafiori et al. 2024, arXiv:2407.21783",
        "sections 1 and 3.3.1; hours from MODEL_CARD.md of llama-models",
        "https://arxiv.org/abs/2407.21783",
    ),
    # A mixture of experts: of 671e9 parameters, 37e9 work on each token.
    "DeepSeek-V3": Figure(
        {"parameters": 37e9, "tokens": 14.8e12, "hours": 2.788e6},
        "DeepSeek-AI 2024, arXiv:2412.19437", "abstract; hours of all training",
        "https://arxiv.org/abs/2412.19437",
    ),
    # Facts that a language model can hold, after enough training.
    "bits_a_parameter": Figure(
        2, "Allen-Zhu & Li 2024, arXiv:2404.05405", "abstract",
        "https://arxiv.org/abs/2404.05405",
    ),
}  # fmt: skip

GENERATION = {
    # In which order the engines apply what our chapter has too.
    "order_transformers": Figure(
        ("repetition_penalty", "temperature", "top_k", "top_p", "min_p"),
        "Hugging Face transformers",
        "src/transformers/generation/utils.py, _get_logits_processor",
        "https://github.com/huggingface/transformers",
    ),
    "order_vllm": Figure(
        ("repetition_penalty", "temperature", "top_k", "top_p"),
        "vLLM", "vllm/v1/sample/sampler.py, Sampler.forward",
        "https://github.com/vllm-project/vllm",
    ),
    "order_llama_cpp": Figure(
        ("repetition_penalty", "top_k", "top_p", "min_p", "temperature"),
        "llama.cpp", "tools/server/README.md, --samplers",
        "https://github.com/ggml-org/llama.cpp",
    ),
    # Percent of texts by GPT-2 Large that end in a repetition.
    "repetition": Figure(
        {"people": 0.28, "greedy": 73.66, "16 beams": 28.94, "top-p 0.95": 0.36},
        "Holtzman et al. 2020, arXiv:1904.09751", "table 1",
        "https://arxiv.org/abs/1904.09751",
    ),
    # More than this share of sentences: no translation is likelier than none.
    "empty": Figure(
        0.5, "Stahlberg & Byrne 2019, arXiv:1908.10090", "abstract",
        "https://arxiv.org/abs/1908.10090",
    ),
}  # fmt: skip

_INSTRUCT = ("Ouyang et al. 2022, arXiv:2203.02155",)
_INSTRUCT_URL = "https://arxiv.org/abs/2203.02155"

ALIGNMENT = {
    # Labelled and customers' prompts of the training sets: fine-tuning, reward model,
    # policy gradient.
    "prompts": Figure(
        (12_725, 33_207, 31_144), *_INSTRUCT, "table 6, training rows summed",
        _INSTRUCT_URL,
    ),
    # Billions of parameters: the answers of the first were preferred to the second's.
    "preferred": Figure((1.3, 175), *_INSTRUCT, "abstract", _INSTRUCT_URL),
    # Principles that critiques and revisions are drawn from.
    "principles": Figure(
        16, "Bai et al. 2022, arXiv:2212.08073", "section 3 and appendix C.1",
        "https://arxiv.org/abs/2212.08073",
    ),
}  # fmt: skip
