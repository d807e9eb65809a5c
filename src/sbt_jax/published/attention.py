"""Published figures of chapter 4, with their sources."""

from sbt_jax.published.figure import Figure

ATTENTION = {
    "base_heads": Figure(8, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "base_head": Figure(64, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "base_width": Figure(512, "Vaswani et al. 2017, arXiv:1706.03762", "section 3.2.2"),
    "llama3_heads": Figure(32, "Meta, Llama 3 8B", "config.json, num_attention_heads"),
    "llama3_kv": Figure(8, "Meta, Llama 3 8B", "config.json, num_key_value_heads"),
    "llama3_layers": Figure(32, "Meta, Llama 3 8B", "config.json, num_hidden_layers"),
}
