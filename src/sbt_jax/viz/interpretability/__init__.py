"""The figures of chapter 20."""

from sbt_jax.viz.interpretability.browse import browse_features
from sbt_jax.viz.interpretability.change import change_a_feature
from sbt_jax.viz.interpretability.curves import push_or_ask, sparse_or_faithful
from sbt_jax.viz.interpretability.knows import fact_names, which_unit_knows
from sbt_jax.viz.interpretability.patches import PLACES, cell_names, where_it_stands
from sbt_jax.viz.interpretability.push import STRENGTH, WRITTEN, turn_one_up
from sbt_jax.viz.interpretability.toy import five_in_two
from sbt_jax.viz.interpretability.trace import trace_a_word
