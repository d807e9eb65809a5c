r"""Hallucinations: why models make things up, and what can be done.

Page: ``book/hallucinations.md``.  Figure: ``viz/hallucinations/``.
``calibration``: is confidence earned; ``exam``: what grading pays for; ``meanings``:
asking several times; ``singletons``: how much must be made up; ``findings`` and
``findings_real``: what the page says of its measurements.
Source: Guo et al. (2017), arXiv:1706.04599; Kalai et al. (2025), arXiv:2509.04664;
Farquhar et al. (2024), Nature 630, 625.
"""

from sbt_jax.hallucinations.calibration import Bins, brier, calibration_error
from sbt_jax.hallucinations.calibration import fit_temperature, reliability
from sbt_jax.hallucinations.calibration import with_temperature
from sbt_jax.hallucinations.exam import Marks, auroc, f_score, penalty_for
from sbt_jax.hallucinations.exam import risk_coverage, sit
from sbt_jax.hallucinations.meanings import answer_entropy, meaning
from sbt_jax.hallucinations.singletons import Bounds, missing_mass, singleton_bounds
from sbt_jax.hallucinations.singletons import singleton_share
