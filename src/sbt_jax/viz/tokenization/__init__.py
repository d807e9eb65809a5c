"""The figures of chapter 2.

Live, with a browser half beside each: ``pieces``, a text in tokens, and merges one by
one; ``letters``, two models that count them. Measured: ``vocabulary``, its sizes;
``counting``, letters counted right. Diagrams: ``drawings``.
"""

from sbt_jax.viz.tokenization.counting import asked_eight_ways, right_by_count
from sbt_jax.viz.tokenization.letters import letter_counting
from sbt_jax.viz.tokenization.pieces import EXAMPLES, merge_by_merge, text_in_tokens
from sbt_jax.viz.tokenization.vocabulary import vocabulary_tradeoff
