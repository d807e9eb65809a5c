"""Reasoning: thinking tokens, what a budget of them buys, and how they are learned.

Page: ``book/reasoning.md``.  Figures: ``viz/reasoning/``.
Source: what a chain adds: Li et al. (2024), arXiv:2402.12875; GRPO: Shao et al. (2024),
arXiv:2402.03300, section 4.1; budgets: Muennighoff et al. (2025), arXiv:2501.19393.
"""

from sbt_jax.reasoning.cups import MOST, PLACES, SWAPS, WORDS, Cups, draw_cups, law
from sbt_jax.reasoning.cups import question_ids, read_chain, read_cups, silent_swaps
from sbt_jax.reasoning.cups import spell_cups, thought_ids, track
from sbt_jax.reasoning.rewards import clip_room, clipped_gain, group_advantage
from sbt_jax.reasoning.rewards import sequence_ratio, token_advantage, worth_thinking
from sbt_jax.reasoning.tries import Bought, belief, best_of, equal_tokens
