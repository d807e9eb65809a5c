"""Small inputs of the figures of *alignment*."""

from contracts.small.common import SPEC
from sbt_jax.viz import alignment
from sbt_jax.world.words import TOWNS

RUNS = [
    {"proxy": [0.5, 1.0, 2.0], "gold": [0.75, 1.0, 0.25]},
    {"proxy": [0.0, 1.0, 1.5], "gold": [0.5, 1.0, 0.75]},
]
LISTED = (
    ["In Redhill.", "<b>In Kirby.</b>", "Nobody is told."],
    [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]],
    [0.5, 0.4, 0.1],
)
ASKED = {"long leash": [["Who?", "Nobody."], ["What?", "<b>A dog.</b>"]]}
DPO = [
    {"chosen": [0.5, -1.0], "rejected": [-0.5, -4.0]},
    {"chosen": [0.25, -0.5], "rejected": [-0.25, -3.0]},
]
ANSWERS = {
    "raw": '" asked Tom. "In Redhill," said Anna.',
    "fine-tuned": "In Redhill.",
    "RLHF": "In Kirby.",
    "DPO": "",
    "with a rule": "Nobody is told.",
}

FIGURES = {
    "alignment.before_and_after": (
        lambda: alignment.before_and_after(
            {"a home": "Where?", "else": "Who?"}, ANSWERS, "Redhill", TOWNS, SPEC
        ),
        "By luck, one town in 12 is right. A town is named by: raw, fine-tuned, RLHF.",
    ),
    "alignment.be_the_judge": (
        lambda: alignment.be_the_judge(*LISTED, [(1, 0)]),
        "After 1 verdict the judge likes best: “<b>In Kirby.</b>”",
    ),
    "alignment.chosen_and_rejected": (
        lambda: alignment.chosen_and_rejected(DPO),
        "After 10 steps, by seed: preferred answers have gained -1.00 to -0.50",
    ),
    "alignment.leash": (
        lambda: alignment.leash({"long leash": RUNS, "best of n": RUNS[:1]}, ASKED),
        "What we meant has changed by −0.50 to 0.25; at its highest it was 0.25 to"
        " 0.50.",
    ),
}
