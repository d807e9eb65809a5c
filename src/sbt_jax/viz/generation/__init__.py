"""The figures of chapter 7.

Each part has its browser half beside it: ``desk``, the mixing desk; ``measures``,
samplers, beams and repetition, measured.
"""

from sbt_jax.viz.generation.desk import BARN, START, mixing_desk
from sbt_jax.viz.generation.measures import likeliest_against_typical
from sbt_jax.viz.generation.measures import quality_against_diversity, said_again
