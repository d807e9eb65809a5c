"""What Python and the browser both say: figures of *hallucinations*."""

import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import hallucinations as small
from sbt_jax.hallucinations import penalty_for, sit
from sbt_jax.viz.hallucinations import exam, known
from sbt_jax.viz.hallucinations import reliability as reliable

ROWS = {
    "hallucinations/exam.penaltyFor": lambda: each(penalty_for, 0.0, 0.5, 0.95),
    "hallucinations/exam.sit": lambda: [
        ((*sheet, t, cost), sit(*sheet, t, cost))
        for sheet in small.SHEETS.values()
        for t, cost in ((0.0, 0.0), (0.5, 1.0), (0.75, 3.0))
    ],
    "hallucinations/exam.marks": lambda: [
        ((*sheet, cost), exam.marks(*sheet, cost))
        for sheet in small.SHEETS.values()
        for cost in (0.0, 3.0)
    ],
    "hallucinations/exam.examLine": lambda: [
        ((name, *at, sheet), exam.exam_line(name, *at, sheet))
        for name, sheet in small.SHEETS.items()
        for at in ((0.0, 0.0), (0.75, 0.5), (0.95, 1.0))
    ],
    "hallucinations/known.often": lambda: each(known.often, 0, 1, 2, 12345),
    "hallucinations/known.knownLine": lambda: same(
        known.known_line,
        ("raw model", "Finn Finch", "Kirby", 0.98765, "Ashby", 0, ""),
        ("fine-tuned", "Ada", "Kirby", 0.5, "Kirby", 1, "Ten draws (seed 1): x. "),
        ("raw model", "<b>&", "Kirby", 0.0, None, 0, ""),
    ),
    "hallucinations/known.homeBars": lambda: same(
        known.home_bars, (["a", "b"], [0.25, 0.75])
    ),
    "hallucinations/known.trueHome": lambda: same(
        known.true_home,
        (["a", "b"], [0.25, 0.75], "b"),
        (["a", "b"], [0.25, 0.75], None),
        (["a", "b"], [0.25, 0.75], "c"),
    ),
    "hallucinations/reliability.weightsOf": lambda: [
        (([3, 0, 1], over), reliable.weights_of(np.array([3, 0, 1]), over))
        for over in reliable.OVER
    ],
    "hallucinations/reliability.seen": lambda: [
        (
            (
                small.HOME_ANSWERS.log_probs[model].ravel(),
                small.HOME_ANSWERS.truth,
                small.HOME_ANSWERS.told,
                over,
                t,
                bins,
            ),
            reliable.seen(small.HOME_ANSWERS, model, over, t, bins),
        )
        for model in small.HOME_ANSWERS.log_probs
        for over in reliable.OVER
        for t, bins in ((1.0, 10), (0.2, 2), (5.0, 20))
    ],
    "hallucinations/reliability.reliabilityLine": lambda: [
        (
            ("raw model", "as stories tell", 1.25, 10, found._asdict()),
            reliable.reliability_line("raw model", "as stories tell", 1.25, 10, found),
        )
        for found in [
            reliable.seen(small.HOME_ANSWERS, "raw model", reliable.OVER[0], 1.25, 10)
        ]
    ],
}
