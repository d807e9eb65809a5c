"""The figures of chapter 3.

Live through ``arithmetic.mjs``: ``arithmetic``, sums of words; ``axes``, a map of them.
Learned and measured: ``places``, ``pairs``, ``contexts``, ``occupations``; ``senses``,
of a published model. ``drawings`` are the diagrams.
"""

from sbt_jax.viz.embeddings.arithmetic import word_arithmetic
from sbt_jax.viz.embeddings.axes import MAPS, name_the_axes
from sbt_jax.viz.embeddings.contexts import Contexts, two_contexts
from sbt_jax.viz.embeddings.occupations import occupations_on_an_axis
from sbt_jax.viz.embeddings.pairs import dots_and_pmi
from sbt_jax.viz.embeddings.places import words_find_their_places
from sbt_jax.viz.embeddings.senses import senses_by_depth
