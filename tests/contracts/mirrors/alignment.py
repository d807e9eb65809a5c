"""What Python and the browser both say: figures of *alignment*."""

from contracts.mirrors.common import same
from contracts.small import alignment as small
from sbt_jax import world
from sbt_jax.viz.alignment import before_after, judge
from sbt_jax.world import formats
from sbt_jax.world.words import TOWNS


def told_apart(text):
    """The truth of a question by the things of the world."""
    return (text, THINGS), formats.truth_of(text)


THINGS = world.WORLD.spec()["things"]
QUESTIONS = [
    *(question.text for question in formats.questions(60, 3)),
    *(f"Where does {name} live?" for name in world.held_out()[:3]),
    "",
    "What does a toString eat?",
    "Where does __proto__ live?",
    "What does constructor x do?",
    "How much is nine and nine?",
    "It is Someday. What is tomorrow?",
    "<img onerror=alert(1)>",
]

ROWS = {
    "alignment/before_after.told": lambda: same(
        before_after.told,
        (small.ANSWERS, "Redhill", TOWNS),
        (small.ANSWERS, None, TOWNS),
    ),
    "alignment/before_after.truthOf": lambda: [told_apart(text) for text in QUESTIONS],
    "alignment/judge.answersHtml": lambda: same(
        judge.answers_html,
        (small.LISTED[0], small.LISTED[2], [0.875, 0.125, 0.0]),
    ),
    "alignment/judge.judgeLine": lambda: same(
        judge.judge_line,
        (small.LISTED[0], [0.0, 1.0, -1.0], small.LISTED[2], [0.25, 0.75, 0.0], 1),
        (small.LISTED[0], [2.0, 1.0, 2.0], small.LISTED[2], [0.25, 0.25, 0.5], 12),
        (small.LISTED[0], [0.0, 0.0, 0.0], small.LISTED[2], small.LISTED[2], 0),
    ),
    "alignment/judge.judged": lambda: same(
        judge.judged,
        (small.LISTED[1], []),
        (small.LISTED[1], [[0, 1]]),
        (small.LISTED[1], [[0, 1], [2, 1], [2, 0], [1, 0]]),
    ),
    "alignment/judge.pulled": lambda: same(
        judge.pulled,
        (small.LISTED[2], [0.0, 1.0, -1.0], 0.5),
        (small.LISTED[2], [0.0, 900.0, -900.0], 0.125),
    ),
}
