r"""Attention: every token looks back and mixes what it finds.

Page: ``book/attention.md``.  Figure: ``viz/attention/``.
Source: Vaswani et al. (2017), arXiv:1706.03762, section 3.2; rotary
positions: Su et al. (2021), arXiv:2104.09864, section 3.4; fewer key and
value heads: Ainslie et al. (2023), arXiv:2305.13245, section 2.2.
"""

from sbt_jax.attention.blocks import attend_causally, attention_weights, causal_mask
from sbt_jax.attention.blocks import mix, padding_mask
from sbt_jax.attention.heads import multi_head, read_heads, write_heads
from sbt_jax.attention.induction import Induction, InductionConfig
from sbt_jax.attention.induction import forward_induction, heads_on
from sbt_jax.attention.induction import init_induction, repeat_loss, repeats
from sbt_jax.attention.layer import Attention, Heads, attend, init_attention
from sbt_jax.attention.positions import ROTARY_BASE, init_positions, rotary, sinusoidal
from sbt_jax.attention.projection import FLOAT32, project
from sbt_jax.attention.scores import HeadScores, head_scores, scores_of_looks
from sbt_jax.attention.study import ScoreStudy, Steps, attend_in_steps, attention_cost
from sbt_jax.attention.study import rank_correlation, study_scores
