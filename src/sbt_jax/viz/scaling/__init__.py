"""The figures of chapter 19."""

from sbt_jax.viz.scaling.spend import spend_your_compute
from sbt_jax.viz.scaling.fit import fit_our_runs
from sbt_jax.viz.scaling.life import over_its_life
from sbt_jax.viz.scaling.measure import same_models
from sbt_jax.viz.scaling.straight import why_straight
from sbt_jax.viz.scaling.rates import best_rate_by_width
