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
    # What they do if nothing else is said, as arguments of our `Sampling`.
    "default_transformers": Figure(
        {"temperature": 0.0},
        "Hugging Face transformers",
        "src/transformers/generation/configuration_utils.py, do_sample: False",
        "https://github.com/huggingface/transformers",
    ),
    "default_smollm2": Figure(
        {"temperature": 0.2, "top_p": 0.9},
        "Model card of SmolLM2-135M-Instruct",
        "How to use",
        "https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
    ),
    "default_llama_cpp": Figure(
        {
            "temperature": 0.8,
            "top_k": 40,
            "top_p": 0.95,
            "min_p": 0.05,
            "order": ("repetition_penalty", "top_k", "top_p", "min_p", "temperature"),
        },
        "llama.cpp",
        "tools/server/README.md, Sampling params",
        "https://github.com/ggml-org/llama.cpp",
    ),
    "default_vllm": Figure(
        {"temperature": 1.0},
        "vLLM",
        "vllm/sampling_params.py, SamplingParams",
        "https://github.com/vllm-project/vllm",
    ),
    # One prompt, temperature 0, asked so often; so many different answers.
    "same_prompt": Figure(
        {"asked": 1000, "different": 80},
        "He & Thinking Machines Lab 2025",
        "How nondeterministic are completions?",
        "https://thinkingmachines.ai/blog/defeating-nondeterminism-in-llm-inference/",
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
