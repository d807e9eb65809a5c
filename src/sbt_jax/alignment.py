r"""Alignment: from a model that continues to one that answers, as it should.

Page: ``book/alignment.md``.  Figure: ``viz/alignment.py``.
Source: Ouyang et al. (2022), arXiv:2203.02155, section 3; policy gradient with a
leave-one-out baseline: Ahmadian et al. (2024), arXiv:2402.14740, section 2; DPO:
Rafailov et al. (2023), arXiv:2305.18290, section 4; critique and revision: Bai et al.
(2022), arXiv:2212.08073, section 3. All of it trains low-rank adapters of a model that
stays as it is.
"""

from sbt_jax._alignment_answers import (
    SHARED,
    Answers,
    encode_parts,
    log_probs,
    padded,
    respond,
    rows_of,
    texts_of,
)
from sbt_jax._alignment_formulas import (
    Estimates,
    advantages,
    best_of_n,
    best_of_n_bound,
    divergence,
    dpo_loss,
    kl_estimates,
    optimal_policy,
    preference_loss,
)
from sbt_jax._alignment_shipped import ASSISTANTS, assistant
from sbt_jax._alignment_steps import (
    Learner,
    Pairs,
    RewardModel,
    begin,
    compare,
    imitate,
    init_reward,
    leashed,
    prefer,
    reinforce,
    rewards,
)

__all__ = [
    "ASSISTANTS",
    "SHARED",
    "Answers",
    "Estimates",
    "Learner",
    "Pairs",
    "RewardModel",
    "advantages",
    "assistant",
    "begin",
    "best_of_n",
    "best_of_n_bound",
    "compare",
    "divergence",
    "dpo_loss",
    "encode_parts",
    "imitate",
    "init_reward",
    "kl_estimates",
    "leashed",
    "log_probs",
    "optimal_policy",
    "padded",
    "prefer",
    "preference_loss",
    "reinforce",
    "respond",
    "rewards",
    "rows_of",
    "texts_of",
]
