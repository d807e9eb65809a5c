"""Published figures of chapter 7, with their sources."""

from sbt_jax.published.figure import Figure

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
        "vLLM",
        "vllm/v1/sample/sampler.py, Sampler.forward",
        "https://github.com/vllm-project/vllm",
    ),
    "order_llama_cpp": Figure(
        ("repetition_penalty", "top_k", "top_p", "min_p", "temperature"),
        "llama.cpp",
        "tools/server/README.md, --samplers",
        "https://github.com/ggml-org/llama.cpp",
    ),
    # Percent of texts by GPT-2 Large that end in a repetition.
    "repetition": Figure(
        {"people": 0.28, "greedy": 73.66, "16 beams": 28.94, "top-p 0.95": 0.36},
        "Holtzman et al. 2020, arXiv:1904.09751",
        "table 1",
        "https://arxiv.org/abs/1904.09751",
    ),
    # More than this share of sentences: no translation is likelier than none.
    "empty": Figure(
        0.5,
        "Stahlberg & Byrne 2019, arXiv:1908.10090",
        "abstract",
        "https://arxiv.org/abs/1908.10090",
    ),
}
