"""The figures of chapter 8.

``before_after``: an answer before and after, live; ``measures``: what was measured.
"""

from sbt_jax.viz.alignment.before_after import MODELS, MOST, before_and_after
from sbt_jax.viz.alignment.measures import chosen_and_rejected, leash
