"""The figures of chapter 1.

What is inside: ``next_word``, the next word, and a model that writes, both live;
``floor``, ``scatter`` and ``probe``, what was measured; ``published``, a model that
people use.
"""

from sbt_jax.viz.foundations.floor import gap_to_the_floor
from sbt_jax.viz.foundations.next_word import BEGINNINGS, EXAMPLES, let_it_write
from sbt_jax.viz.foundations.next_word import say_the_next_word, share
from sbt_jax.viz.foundations.probe import hidden_state_appears
from sbt_jax.viz.foundations.published import next_in_a_published_model
from sbt_jax.viz.foundations.scatter import probability_for_probability
