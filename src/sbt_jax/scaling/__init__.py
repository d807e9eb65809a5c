r"""Scaling: what a loss is by size and text, and how to spend a budget.

``law``: the loss and its best split; ``fits`` and ``huber``: a law fitted to runs, in
two ways; ``approaches``: the best size read off the runs; ``lifetime``: a model that is
used; ``kaplan``: the older law; ``repeats``: text read again; ``facts``: why lines are
straight; ``metrics``: jumps that a measure makes; ``transfer``: one learning rate for
all widths.

Page: ``book/scaling.md``.  Figures: ``viz/scaling/``.
Source: Kaplan et al. (2020), arXiv:2001.08361; Hoffmann et al. (2022),
arXiv:2203.15556.
"""

from sbt_jax.scaling.approaches import Line, best_of, by_parabolas, frontier, lowest
from sbt_jax.scaling.approaches import power_line
from sbt_jax.scaling.fits import GRID, Fitted, Runs, bootstrap, fit_law, residuals
from sbt_jax.scaling.fits import runs_of
from sbt_jax.scaling.huber import fit_huber
from sbt_jax.scaling.kaplan import kaplan_loss, seen_without_embedding
from sbt_jax.scaling.law import Law, Split, best_split, growth, laws, predicted_loss
from sbt_jax.scaling.law import tokens_for, training_flops
from sbt_jax.scaling.lifetime import cheapest, lifetime_flops
from sbt_jax.scaling.metrics import all_right, length_of
from sbt_jax.scaling.repeats import repeated_loss, worth
from sbt_jax.scaling.facts import unmet, zipf
from sbt_jax.scaling.transfer import Scales, scaled, scales_by_width
