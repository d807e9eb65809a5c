r"""Alignment: from a model that continues to one that answers, as it should.

Page: ``book/alignment.md``.  Figure: ``viz/alignment/``.
Source: Ouyang et al. (2022), arXiv:2203.02155, section 3; policy gradient with a
leave-one-out baseline: Ahmadian et al. (2024), arXiv:2402.14740, section 2; DPO:
Rafailov et al. (2023), arXiv:2305.18290, section 4; critique and revision: Bai et al.
(2022), arXiv:2212.08073, section 3. All of it trains low-rank adapters of a model that
stays as it is.
"""

from sbt_jax.alignment.answers import SHARED, Answers, encode_parts, log_probs, padded
from sbt_jax.alignment.answers import generate_answers, rows_of, texts_of
from sbt_jax.alignment.formulas import Estimates, advantages, best_of_n, best_of_n_bound
from sbt_jax.alignment.formulas import divergence, dpo_loss, group_advantages
from sbt_jax.alignment.formulas import kl_estimates, optimal_policy, preference_loss
from sbt_jax.alignment.steps import Learner, Pairs, RewardModel, begin, compare, imitate
from sbt_jax.alignment.steps import init_reward, leashed, prefer, reinforce, rewards
