"""Small inputs of the figures of *evaluation*."""

import numpy as np

from sbt_jax.viz import evaluation

POOL = {
    "questions": ["Where?", "Who?"],
    "answers": {
        name: [
            {"text": text, "true": true, "false": not true, "niceties": nice}
            for text in ("<b>", "😀 " * 200)
        ]
        for name, true, nice in (
            ("raw", False, 0),
            ("plain", True, 0),
            ("kind", True, 2),
        )
    },
}
QUIZ = {
    name: {"marks": {way: [one, 1, 0, 1] for way in evaluation.WAYS.values()}}
    for name, one in (("raw", 0), ("DPO", 1))
}
LEAKED = {
    "nothing": {"test": 0.1, "twin": 0.1, "overlap": 0.0},
    "all of it": {"test": 1.0, "twin": 0.1, "overlap": 1.0},
    "reworded": {"test": 0.5, "twin": 0.1, "overlap": 0.0},
}
COLUMNS_OF = {"raw": {"true": 0.1, "polite": 0.9}, "DPO": {"true": 0.8, "polite": 0.2}}

FIGURES = {
    "evaluation.the_arena": (
        lambda: evaluation.the_arena(POOL),
        "2,000 votes, likes it short: ",
    ),
    "evaluation.one_quiz_scored": (
        lambda: evaluation.one_quiz_scored(QUIZ),
        "Scored by “likeliest answer”: DPO leads with 75 %, raw is last with 50 %.",
    ),
    "evaluation.live_coder": (
        lambda: evaluation.live_coder(np.zeros((157, 27))),
        "Of 40 programs 0 pass the three examples, 0 all inputs. pass@10 by the",
    ),
    "evaluation.is_it_better": (
        evaluation.is_it_better,
        "A leads by 3.0 points, give or take 4.0: no more than chance explains.",
    ),
    "evaluation.leaked_test": (
        lambda: evaluation.leaked_test(LEAKED),
        "Leaked: all of it. The test says 100 %, its fresh twin 10 %.",
    ),
    "evaluation.table_of_axes": (
        lambda: evaluation.table_of_axes(COLUMNS_OF),
        "Sorted by “true”: DPO is first and raw last. On 1 other axis the first place",
    ),
}
