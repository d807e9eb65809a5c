"""Prompting: what stands before the answer, and what it changes.

Page: ``book/prompting.md``.  Figure: ``viz/prompting/``.
Source: examples: Brown et al. (2020), arXiv:2005.14165; steps: Wei et al. (2022),
arXiv:2201.11903, and Kojima et al. (2022), arXiv:2205.11916; votes: Wang et al.
(2022), arXiv:2203.11171.
"""

from sbt_jax.prompting.masks import masked, may_follow
from sbt_jax.prompting.shell import CUPS, PHRASES, WORDS, Game, answer, answered
from sbt_jax.prompting.shell import draw_game, last_game, places, question
from sbt_jax.prompting.shell import read_shell, shell_prompt, spell_shell
from sbt_jax.prompting.shots import Belief, beliefs, believe, draw_layouts, draw_pairs
from sbt_jax.prompting.votes import vote_curve, vote_right
from sbt_jax.prompting.wordings import OUTSIDE, filled, frames, possible
