"""Small inputs that figures of several chapters share."""

from sbt_jax.embeddings import load_glove
from sbt_jax.tokenization import train

SPEC = {"merges": [], "special_tokens": ["<end>"], "pattern": "x"}
TOKENIZER = train("low lower lowest slow slower", 20)
GLOVE = load_glove()
