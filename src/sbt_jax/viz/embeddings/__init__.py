"""The figures of chapter 3.

Each part has its browser half beside it: ``arithmetic``, sums of words and a map of
them; ``learned``, what was measured and learned.
"""

from sbt_jax.viz.embeddings.arithmetic import MAPS, name_the_axes, word_arithmetic
from sbt_jax.viz.embeddings.learned import Contexts, dots_and_pmi
from sbt_jax.viz.embeddings.learned import occupations_on_an_axis, two_contexts
from sbt_jax.viz.embeddings.learned import words_find_their_places
