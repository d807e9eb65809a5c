"""The figures of chapter 8.

``before_after``: an answer before and after, live; ``judge``: RLHF by hand, with the
reader as the judge; ``measures``: what was measured.
"""

from sbt_jax.viz.alignment.before_after import MODELS, MOST, before_and_after
from sbt_jax.viz.alignment.judge import be_the_judge
from sbt_jax.viz.alignment.measures import chosen_and_rejected, leash
