"""The figures of chapter 4.

Each part has its browser half beside it: ``maps``, who looks at whom; ``steps``,
attention one step at a time, and why scores are divided; ``birth``, an induction head
is born.
"""

from sbt_jax.viz.attention.birth import an_induction_head_is_born, symbols
from sbt_jax.viz.attention.maps import EXAMPLES, percent, who_looks_at_whom
from sbt_jax.viz.attention.steps import one_step_at_a_time, why_divide
