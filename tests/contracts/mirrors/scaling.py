"""What Python and the browser both say: figures of *scaling*."""

import numpy as np

from contracts.mirrors.common import each, same
from contracts.small.scaling import AGAIN, LAW, RUNS
from sbt_jax import scaling
from sbt_jax.scaling import fit_law, laws
from sbt_jax.viz.scaling import fit, life, spend, words

GRID = [0.2, 0.5, 0.8, 0.92, 1.1]
DATA = fit.runs_in(RUNS)
PLAIN = {name: getattr(DATA, name).tolist() for name in DATA._fields}
BENT = PLAIN | {
    "losses": [x * (1 + 0.02 * (i % 3)) for i, x in enumerate(PLAIN["losses"])]
}
COUNTS = ([1] * 16, [1, 1, 0, 0] * 4, [1] * 8 + [0] * 8)
AMOUNTS = (7.0, 999.6, 1234.0, 999_600_000.0, 134_515_008.0, 1.4e12, 2.5e16)
SPLITS = (("GPT-3", 175e9, 300e9), ("<b>", 135e6, 2e12))


def fitted(runs, counts):
    found = fit_law(scaling.Runs(*map(np.array, runs.values())), counts, GRID, GRID)
    return {
        "law": list(found.law),
        "error": found.error,
        "valley": found.valley.reshape(-1).tolist(),
    }


ROWS = {
    "scaling/fit.curves": lambda: [
        ((list(LAW), [3e10, 1e11]), fit.curves(LAW, [3e10, 1e11]))
    ],
    "scaling/fit.fitLaw": lambda: [
        ((BENT, counts, GRID), fitted(BENT, counts)) for counts in COUNTS
    ],
    "scaling/fit.fitLine": lambda: [
        (
            (list(law), 30, 0.021, other, 0.49),
            fit.fit_line(law, 30, 0.021, other, 0.49),
        )
        for law, other in ((LAW, -1.0), (LAW, 0.125), (AGAIN, 0.0))
    ],
    "scaling/fit.missed": lambda: [
        (
            (list(LAW), BENT),
            fit.missed(LAW, scaling.Runs(*map(np.array, BENT.values()))),
        )
    ],
    "scaling/fit.shade": lambda: [
        (
            ({"valley": [0.1, 0.2, 0.5, 0.0], "error": 0.1},),
            fit.shade(scaling.Fitted(LAW, 0.1, np.array([0.1, 0.2, 0.5, 0.0]))),
        )
    ],
    "scaling/life.cheapest": lambda: [
        ((list(law), loss, served), list(scaling.cheapest(law, loss, served)))
        for law in laws().values()
        for loss, served in ((1.95, 0.0), (2.0, 1e12), (3.0, 1e15))
    ],
    "scaling/life.costs": lambda: [
        ((list(AGAIN), 1.9736, served), life.costs(AGAIN, 1.9736, served))
        for served in (0.0, 1e13)
    ],
    "scaling/life.lifeLine": lambda: [
        (
            ("<b>", served, [7e10, 1e12], [3e10, 4e12]),
            life.life_line(
                "<b>", served, scaling.Split(7e10, 1e12), scaling.Split(3e10, 4e12)
            ),
        )
        for served in (0.0, 1e13, 3.16e14)
    ],
    "scaling/spend.amount": lambda: each(words.amount, *AMOUNTS),
    "scaling/spend.bestSplit": lambda: [
        ((list(law), flops), list(scaling.best_split(law, flops)))
        for law in laws().values()
        for flops in (1e18, 5.76e23)
    ],
    "scaling/spend.contours": lambda: [
        ((list(law),), spend.contours(law)) for law in laws().values()
    ],
    "scaling/spend.dots": lambda: [
        ((list(AGAIN), n, d, times), spend.dots(AGAIN, n, d, times))
        for _, n, d in SPLITS
        for times in ("1/64", "1", "8")
    ],
    "scaling/spend.power": lambda: each(words.power, 3.14e23, 9.96e9, 5.0),
    "scaling/spend.predictedLoss": lambda: [
        ((list(law), 7e10, 1.4e12), scaling.predicted_loss(law, 7e10, 1.4e12))
        for law in laws().values()
    ],
    "scaling/spend.shareOf": lambda: same(spend.share_of, ("1/32",), ("1",), ("16",)),
    "scaling/spend.spendLine": lambda: [
        ((list(law), *split, times), spend.spend_line(law, *split, times))
        for law in laws().values()
        for split in SPLITS
        for times in ("1/64", "1", "8")
    ],
    "scaling/spend.valley": lambda: [
        ((list(AGAIN), 5.76e23), spend.valley(AGAIN, 5.76e23))
    ],
}

CODES: dict[str, str] = {}

NEAR = {
    "scaling/fit.curves": 1e-9,
    "scaling/fit.fitLaw": 1e-7,
    "scaling/fit.missed": 1e-9,
    "scaling/fit.shade": 1e-9,
    "scaling/life.cheapest": 1e-6,
    "scaling/life.costs": 1e-9,
    "scaling/spend.bestSplit": 1e-9,
    "scaling/spend.contours": 1e-9,
    "scaling/spend.dots": 1e-9,
    "scaling/spend.predictedLoss": 1e-9,
    "scaling/spend.valley": 1e-9,
}
