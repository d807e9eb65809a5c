"""Published figures of chapter 14, with their sources."""

from sbt_jax.published.figure import Figure

_LORA = "Hu et al. 2021, arXiv:2106.09685"
_LORA_URL = "https://arxiv.org/abs/2106.09685"
_QLORA = "Dettmers et al. 2023, arXiv:2305.14314"
_QLORA_URL = "https://arxiv.org/abs/2305.14314"
_BNB = (
    "bitsandbytes",
    "bitsandbytes/functional.py",
    "https://github.com/bitsandbytes-foundation/bitsandbytes",
)
_OSS = (
    "OpenAI 2025, gpt-oss model card, arXiv:2508.10925",
    "table 1 and section 2.1",
    "https://arxiv.org/abs/2508.10925",
)

FINETUNING = {
    # Millions of numbers in adapters of query and value, by rank; of all four last.
    "gpt3_query_value": Figure(
        {1: 4.7, 2: 9.4, 4: 18.8, 8: 37.7, 64: 301.9}, _LORA, "table 15", _LORA_URL
    ),
    "gpt3_attention": Figure({64: 603.8}, _LORA, "table 15", _LORA_URL),
    "gpt3_checkpoint": Figure(
        {"before": 350e9, "after": 35e6}, _LORA, "section 4.2", _LORA_URL
    ),
    "gpt3_fewer": Figure(10_000, _LORA, "abstract", _LORA_URL),
    # Millions in DeBERTa XXL; table 10 says rank 8, the script of the paper 16.
    "deberta": Figure(
        {"numbers": 4.7, "layers": 48, "width": 1536, "rank": 16},
        _LORA,
        "section 5.3; the rank as in examples/NLU of microsoft/LoRA",
        _LORA_URL,
    ),
    "llama2_query_value": Figure(
        {"rank": 8, "numbers": 4_194_304, "together": 6_742_609_920, "share": 0.0622},
        "Hugging Face, PEFT",
        "print_trainable_parameters for Llama 2 7B",
        "https://github.com/huggingface/peft",
    ),
    "llama2_all": Figure(
        {"rank": 16, "numbers": 39_976_960},
        "Hugging Face, PEFT",
        "all linear layers of Llama 2 7B",
        "https://github.com/huggingface/peft",
    ),
    "llama3_all": Figure(
        {"rank": 16, "numbers": 41_943_040, "share": 0.52},
        "Unsloth",
        "what it prints for Llama 3 8B",
        "https://github.com/unslothai/unsloth",
    ),
    "qlora_full": Figure(
        {"parameters": 65e9, "bytes": 780e9, "card": 48e9},
        _QLORA,
        "section 1",
        _QLORA_URL,
    ),
    "qlora_double": Figure(
        {"before": 0.5, "after": 0.127, "parameters": 65e9, "saved": 3.0e9},
        _QLORA,
        "section 3",
        _QLORA_URL,
    ),
    "nf4": Figure(
        (
            *(-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453),
            *(-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0),
            *(0.07958029955625534, 0.16093020141124725, 0.24611230194568634),
            *(0.33791524171829224, 0.44070982933044434, 0.5626170039176941),
            *(0.7229568362236023, 1.0),
        ),
        *_BNB,
    ),
    "nf4_offset": Figure(0.9677083, *_BNB),
    "fp4": Figure((0.0, 0.0625, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0), *_BNB),
    # Billions: weights of experts in MXFP4, all weights; GiB of the checkpoint.
    "gpt_oss_120b": Figure({"experts": 114.71, "all": 116.83, "size": 60.8}, *_OSS),
    "gpt_oss_20b": Figure({"experts": 19.12, "all": 20.91, "size": 12.8}, *_OSS),
    "mxfp4_bits": Figure(4.25, *_OSS),
    "nvfp4_bits": Figure(
        4.5,
        "NVIDIA 2025, Introducing NVFP4",
        "a scale of eight bits for 16 weights",
        "https://developer.nvidia.com/blog/introducing-nvfp4-for-efficient-and-accurate-low-precision-inference/",
    ),
    # How much larger the best rate of LoRA is than that of full fine-tuning.
    "lora_rate": Figure(
        10,
        "Schulman et al. 2025, LoRA Without Regret",
        "setting the learning rate",
        "https://thinkingmachines.ai/blog/lora/",
    ),
    # Of what full fine-tuning changes: so many times the rank that LoRA usually has.
    "full_rank": Figure(
        (10, 100),
        "Biderman et al. 2024, arXiv:2405.09673",
        "abstract",
        "https://arxiv.org/abs/2405.09673",
    ),
}
