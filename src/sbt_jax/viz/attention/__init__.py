"""The figures of chapter 4.

Live, with a browser half beside each: ``maps``, who looks at whom; ``steps``, attention
one step at a time; ``birth``, an induction head is born. Measured: ``scores``, why they
are divided.
"""

from sbt_jax.viz.attention.birth import an_induction_head_is_born, symbols
from sbt_jax.viz.attention.maps import EXAMPLES, percent, who_looks_at_whom
from sbt_jax.viz.attention.scores import why_divide
from sbt_jax.viz.attention.steps import one_step_at_a_time
