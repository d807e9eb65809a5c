"""The figures of chapter 2.

Each part has its browser half beside it: ``pieces``, a text in tokens, and merges one
by one; ``experiments``, vocabulary sizes and letter counts, measured.
"""

from sbt_jax.viz.tokenization.experiments import letter_counting, letters_by_vocabulary
from sbt_jax.viz.tokenization.experiments import vocabulary_tradeoff
from sbt_jax.viz.tokenization.pieces import merge_by_merge, text_in_tokens
