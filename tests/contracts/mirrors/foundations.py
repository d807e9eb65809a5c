"""What Python and the browser both say: figures of *foundations*."""

from contracts.mirrors.common import CHANCES, each, same
from contracts.small import foundations as small
from sbt_jax.viz.foundations import next_word

ROWS = {
    "foundations/next_word.share": lambda: each(next_word.share, *CHANCES),
    "foundations/next_word.gapLine": lambda: same(
        next_word.gap_line, (small.ROWS, {"the model": 0.01234, "the trigram": 3.5})
    ),
    "foundations/next_word.shownRows": lambda: each(
        next_word.shown_rows,
        small.ROWS,
        [(word, None, model, counts) for word, _, model, counts in small.ROWS],
        [(f" {i}", 0.0, 0.01 * i, 0.5 - 0.01 * i) for i in range(12)],
        [(" a", 0.0, 1e-5, 1e-6), (" b", 0.0, 1e-6, 0.0009)],
    ),
}
