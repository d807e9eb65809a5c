"""The figures of chapter 13.

``known``: where somebody lives, as two models have it, live; ``reliability``: is
confidence earned, and by whom; ``exam``: what a penalty changes; ``singletons``:
statements read against false ones; ``drawings``: its diagrams.
"""

from sbt_jax.viz.hallucinations.exam import one_exam
from sbt_jax.viz.hallucinations.known import known_rare_never
from sbt_jax.viz.hallucinations.reliability import Answers, sure_and_right
from sbt_jax.viz.hallucinations.singletons import read_and_made_up
