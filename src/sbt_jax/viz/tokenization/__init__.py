"""The figures of chapter 2.

Live, with a browser half beside each: ``pieces``, a text in tokens, and merges one by
one; ``letters``, two models that count them. Measured: ``vocabulary``, its sizes.
"""

from sbt_jax.viz.tokenization.letters import letter_counting
from sbt_jax.viz.tokenization.pieces import merge_by_merge, text_in_tokens
from sbt_jax.viz.tokenization.vocabulary import letters_by_vocabulary
from sbt_jax.viz.tokenization.vocabulary import vocabulary_tradeoff
