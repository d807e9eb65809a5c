"""What Python and the browser both say: figures of *evaluation*."""

import numpy as np

from contracts.mirrors.common import each, same
from contracts.small import evaluation as small
from sbt_jax import evaluation
from sbt_jax.checkpoints import browser_script
from sbt_jax.evaluation import crowd
from sbt_jax.shipped.coder import program_logits
from sbt_jax.viz.evaluation import arena, better, problems
from sbt_jax.viz.evaluation import coder as writes

SCORES = [(0.73, 0.7, 500, 0.0), (0.7, 0.73, 14_042, 0.7), (0.5, 0.5, 50, 0.0)]
PROGRAMS = [("reverse",), ("odds", "sort"), ("double", "unique", "rotate")]
PROGRAMS += [(name, "up") for name in evaluation.OPERATIONS]
SOLVED = list(problems.PROBLEMS.values())
PAIRS_TYPED = [
    *(problems.spell(p.pairs) for p in SOLVED),
    *("", "1 2 3 4 > 4", "a\nb\nc", "1 2 3 4\n1 2 3 4 > 1\n1 2 3 4 > 1"),
    "1 2 3 4 > 1\n\n1,2,3,4>5\n12 34 > 12345",
    "1 2 3 4 >\n1 2 3 4 > 😀\n1 2 3 4 > 1",
    "1 2 3 4 >\n1 2 3 4 > 5\n1 2 3 4 > 1",
]


def votes_counted(style):
    answers = crowd.pool(small.POOL)
    battles = crowd.draw_battles(answers, 60)
    won = crowd.vote(answers, battles, "likes it short")
    return crowd.counted(answers, battles, won, style=style)


def fitted(style):
    found = evaluation.bradley_terry(votes_counted(style), 3, 0.5)
    return {"strength": found.strength, "style": found.style, "error": found.error}


def ratings():
    return arena.rated(votes_counted(False), 3, 0.5, 32.0)


ROWS = {
    "evaluation/better.differenceError": lambda: same(
        evaluation.difference_error, *SCORES
    ),
    "evaluation/better.wrongOrder": lambda: same(evaluation.wrong_order, *SCORES),
    "evaluation/better.bars": lambda: same(better.bars, *SCORES),
    "evaluation/better.betterLine": lambda: same(better.better_line, *SCORES),
    "evaluation/arena.bradleyTerry": lambda: [
        ((*votes_counted(style), 3, 0.5), fitted(style)) for style in (False, True)
    ],
    "evaluation/arena.elo": lambda: [
        ((*votes_counted(False)[:3], 3, k), evaluation.elo(votes_counted(False), 3, k))
        for k in (4.0, 32.0)
    ],
    "evaluation/arena.rated": lambda: [
        ((*votes_counted(False), 3, 0.5, 32.0), ratings())
    ],
    "evaluation/arena.arenaLine": lambda: [
        (
            ("you", n, n > 1, ratings(), list("abc")),
            arena.arena_line("you", n, n > 1, ratings(), list("abc")),
        )
        for n in (0, 1, 2000)
    ],
    "evaluation/arena.short": lambda: each(arena.short, "", "<b>", "a" * 500),
    "evaluation/coder.runProgram": lambda: [
        ((program, digits), evaluation.run_program(program, digits))
        for program in PROGRAMS
        for digits in ([3, 0, 9, 3], [7], [])
    ],
    "evaluation/coder.solves": lambda: [
        ((program, problem.pairs), evaluation.solves(program, problem.pairs))
        for program in PROGRAMS
        for problem in SOLVED
    ],
    "evaluation/coder.readPairs": lambda: each(writes.read_pairs, *PAIRS_TYPED),
    "evaluation/coder.spellProblem": lambda: each(
        evaluation.spell_problem, *(problem.pairs for problem in SOLVED)
    ),
    "evaluation/coder.programs": lambda: [((), evaluation.programs())],
    "evaluation/coder.programLogits": lambda: [
        (
            (browser_script("evaluation_coder"), SOLVED[1].pairs),
            program_logits(SOLVED[1].pairs),
        )
    ],
    "evaluation/coder.programChances": lambda: [
        ((logits, heat), evaluation.program_chances(logits, heat))
        for logits in [np.random.default_rng(0).normal(size=(157, 27))]
        for heat in (0.5, 1.0)
    ],
    "evaluation/coder.drawn": lambda: same(
        writes.drawn, *((np.array([0.1, 0.2, 0.3]), 50, seed) for seed in (1, 2, 99))
    ),
    "evaluation/coder.passAtK": lambda: same(
        evaluation.pass_at_k, (20, 1, 10), (20, 0, 5), (5, 5, 1), (40, 3, 40)
    ),
    "evaluation/coder.curves": lambda: same(writes.curves, (20, 3, 0.2), (10, 0, 0.0)),
    "evaluation/coder.listed": lambda: [
        (given, writes.listed(*given))
        for given in (
            ([0, 1, 1, -1, 8], evaluation.programs(), p.pairs, p.program)
            for p in SOLVED
        )
    ],
    "evaluation/coder.everywhere": lambda: [
        ((one, other), evaluation.same_everywhere(one, [other])[0])
        for one, other in [(("up", "down"), ("down", "up")), (("sort",), ("up",))]
    ],
    "evaluation/coder.coderLine": lambda: same(
        writes.coder_line, (20, 1, 1, 10, 0.1), (40, 0, None, 10, 0.0)
    ),
}

CODES = {
    "evaluation/coder.programLogits": """(m, script, pairs) => {
      (0, eval)(script)
      return m.programLogits(sbt.transformer(sbt.weights.evaluation_coder), pairs)
    }""",
}

NEAR = {
    "evaluation/arena.bradleyTerry": 1e-3,
    "evaluation/arena.rated": 1e-2,
    "evaluation/better.wrongOrder": 1e-6,
    "evaluation/coder.programLogits": 2e-3,
}
