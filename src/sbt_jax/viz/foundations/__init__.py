"""The figures of chapter 1.

Each part has its browser half beside it: ``next_word``, the next word, and a model that
writes; ``measures``, what was measured.
"""

from sbt_jax.viz.foundations.measures import gap_to_the_floor, hidden_state_appears
from sbt_jax.viz.foundations.measures import probability_for_probability
from sbt_jax.viz.foundations.next_word import BEGINNINGS, EXAMPLES, let_it_write
from sbt_jax.viz.foundations.next_word import say_the_next_word, share
