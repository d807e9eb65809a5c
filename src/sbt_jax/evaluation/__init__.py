"""Evaluation: how to find out whether a model is better.

Page: ``book/evaluation.md``.  Figure: ``viz/evaluation/``.
Source: pass@k: Chen et al. (2021), arXiv:2107.03374; arena: Chiang et al. (2024),
arXiv:2403.04132; error bars: Miller (2024), arXiv:2411.00640.
"""

from sbt_jax.evaluation.arena import Ratings, Votes, bootstrap, bradley_terry, elo
from sbt_jax.evaluation.arena import expected, votes
from sbt_jax.evaluation.chances import passing, program_chances, same_everywhere
from sbt_jax.evaluation.choices import LABELS, chosen, named, quiz_prompt
from sbt_jax.evaluation.coder import OPERATIONS, Problem, behave, draw_problems
from sbt_jax.evaluation.coder import every_list, programs, python_source, run_program
from sbt_jax.evaluation.coder import solves, spell_problem
from sbt_jax.evaluation.errors import clustered_error, difference_error, paired_error
from sbt_jax.evaluation.errors import standard_error, wrong_order
from sbt_jax.evaluation.overlap import ngrams, overlaps
from sbt_jax.evaluation.passes import pass_at_k, plug_in
from sbt_jax.evaluation.sandbox import Outcome, check_program, run_sandboxed
