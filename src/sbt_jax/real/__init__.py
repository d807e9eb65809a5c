"""A published model in the functions of this book: from a GGUF file.

A reader's three lines: ``real.find()``, ``real.load``, ``real.next_tokens``.  How to
get a file: ``book/about.md``.
Source: the GGUF specification, version 3 (``docs/gguf.md`` of ggml); the model that the
book measures is SmolLM2-135M-Instruct: Ben Allal et al. (2025), arXiv:2502.02737.
"""

from sbt_jax.real.asking import chat, log_probs, next_tokens
from sbt_jax.real.gguf import Gguf, Tensor, read_gguf, tensor_values
from sbt_jax.real.loading import RealModel, find, load
from sbt_jax.real.vocabulary import FileTokenizer, read_tokenizer
