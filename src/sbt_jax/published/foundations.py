"""Published figures of chapter 1, with their sources."""

from sbt_jax.published.figure import GPT2, Figure

FOUNDATIONS = {
    "gpt2_vocabulary": Figure(50_257, "Radford et al. 2019", "section 2.3", GPT2),
    "llama2_vocabulary": Figure(
        32_000,
        "Touvron et al. 2023, arXiv:2307.09288",
        "section 2.2",
        "https://arxiv.org/abs/2307.09288",
    ),
    "llama3_vocabulary": Figure(
        128_256,
        "Meta, Llama 3 8B",
        "params.json, vocab_size",
        "https://github.com/meta-llama/llama3",
    ),
    # Bits a letter, guessed with a hundred letters of context: bounds of the entropy.
    "shannon_low": Figure(0.6, "Shannon 1951", "table I, 100 letters"),
    "shannon_high": Figure(1.3, "Shannon 1951", "table I, 100 letters"),
}
