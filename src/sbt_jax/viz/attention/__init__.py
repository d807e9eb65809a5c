"""The figures of chapter 4.

Drawn once: ``look``, where the last word of a story looks back; ``drawings``, diagrams.
Live, with a browser half beside each: ``steps``, attention one step at a time;
``maps``, who looks at whom, with ``words``; ``birth``, an induction head is born.
Measured: ``scores``, why they are divided; ``published``, heads of a model that people
use.
"""

from sbt_jax.viz.attention.birth import SAMPLE, an_induction_head_is_born, symbols
from sbt_jax.viz.attention.look import Look, last_look, look_back
from sbt_jax.viz.attention.maps import EXAMPLES, TOLD, who_looks_at_whom
from sbt_jax.viz.attention.published import kinds_of_heads
from sbt_jax.viz.attention.scores import why_divide
from sbt_jax.viz.attention.steps import one_step_at_a_time
from sbt_jax.viz.attention.words import mentions, most_seen, percent, to_hide
