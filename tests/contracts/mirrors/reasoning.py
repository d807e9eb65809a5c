"""What Python and the browser both say: figures of *reasoning*."""

from contracts.mirrors.common import same
from sbt_jax import reasoning
from sbt_jax.checkpoints import browser_script
from sbt_jax.reasoning import SWAPS, WORDS, Cups
from sbt_jax.shipped import thinking
from sbt_jax.viz import kit
from sbt_jax.viz.reasoning import budget, group, slip

PAIRS = [list(pair) for pair in SWAPS]
COLORS = [kit.GREY, kit.ORANGE, kit.BLUE, kit.PURPLE]
GAMES = (Cups(0, (0, 9, 4)), Cups(2, (6, 3, 8, 1, 9, 5)), Cups(4, (9,)))
ANSWER = [0.125, 0.5, 0.125, 0.125, 0.125]
TEXTS = (
    *("C BE AE CE AC DE BD", "", "hello", "a: AB, then ed?", "E", "AB CD", "abc aa"),
    *("<img src=x onerror=alert(1)> 🦊 é", "b " + "AB " * 40, "ß ĳ A AB ǆ"),
)
CHAINS = ("C C D D E E", "", "a b wait c", "think A so", "hello 🦊 WAIT!", "A " * 50)
TOLD = (
    [([18, 2], True), ([17, 3, 18, 4], False)],
    [([18, 2], True), ([18, 2], True)],
    [([17], False), ([17, 1], False)],
)


def cups_of(text):
    cups, unknown = reasoning.read_cups(text)
    found = cups and {"start": cups.start, "swaps": list(cups.swaps)}
    return [found, unknown]


def game(cups):
    return cups.start, list(cups.swaps)


def tries_of(told):
    return [{"said": said, "right": right} for said, right in told]


def script():
    return browser_script("reasoning_start")


ROWS = {
    "reasoning/budget.track": lambda: [
        ((*game(cups), PAIRS), reasoning.track(cups)) for cups in GAMES
    ],
    "reasoning/budget.law": lambda: same(
        reasoning.law, (8, 0, 1.5), (8, 7, 0.0), (3, 8, 0.5), (1, 1, 0.0)
    ),
    "reasoning/budget.paths": lambda: [
        ((*game(cups), PAIRS), budget.paths(cups)) for cups in GAMES
    ],
    "reasoning/budget.board": lambda: [
        ((*game(cups), chain, PAIRS, COLORS), budget.board(cups, chain))
        for cups in GAMES
        for chain in ([], [1], [1, 1, 2])
    ],
    "reasoning/budget.budgetLine": lambda: [
        (
            (*game(cups), chain, ANSWER, expected, hidden, PAIRS),
            budget.budget_line(cups, chain, ANSWER, expected, hidden),
        )
        for cups in GAMES
        for chain, expected in (([], 0.2), ([1], 0.456), ([1, 1, 2], 1.0))
        for hidden in (False, True)
    ],
    "reasoning/budget.readCups": lambda: [
        ((text, list(WORDS)), cups_of(text)) for text in TEXTS
    ],
    "reasoning/budget.readChain": lambda: [
        ((text, list(WORDS)), list(reasoning.read_chain(text))) for text in CHAINS
    ],
    "reasoning/budget.leftOut": lambda: [
        ((words,), slip.left_out(words)) for words in ([], ["a", "bc"], ["long" * 40])
    ],
    "reasoning/budget.slipBars": lambda: [
        ((ANSWER, right, written, COLORS[:3]), slip.slip_bars(ANSWER, right, written))
        for right, written in ((1, 1), (2, 0), (3, None))
    ],
    "reasoning/budget.slipLine": lambda: [
        (
            (*game(cups), written, ANSWER, odd, added, PAIRS),
            slip.slip_line(cups, written, ANSWER, odd, added),
        )
        for cups in GAMES
        for written, odd, added in ((1, [], []), (0, ["x"], [2, 1]), (None, [], []))
    ],
    "reasoning/budget.groupAdvantage": lambda: same(
        reasoning.group_advantage,
        ([1.0, 0.0, 0.0, 0.0],),
        ([1.0, 1.0],),
        ([0.0, 0.0, 1.0],),
    ),
    "reasoning/budget.groupRows": lambda: [
        ((tries_of(told), list(WORDS)), group.group_rows(told)) for told in TOLD
    ],
    "reasoning/budget.groupHtml": lambda: [
        ((rows,), group.group_html(rows))
        for rows in (group.group_rows(TOLD[0]), [("<b>", "right", "1")])
    ],
    "reasoning/budget.groupLine": lambda: [
        ((tries_of(told), 1, list(WORDS)), group.group_line(told, 1)) for told in TOLD
    ],
    "reasoning/budget.think": lambda: [
        (
            (script(), *game(cups), most, list(WORDS)),
            {
                "chain": [i - 1 for i in thinking.think(cups, most).chain],
                "answer": thinking.think(cups, most).answer,
            },
        )
        for cups in GAMES
        for most in (0, 2, 8)
    ],
    "reasoning/budget.conclude": lambda: [
        (
            (script(), *game(cups), chain, list(WORDS)),
            {"whole": thought.chain, "answer": thought.answer},
        )
        for cups in GAMES
        for chain in ([], [1, 2], [1, 19])
        for thought in (thinking.conclude(cups, chain),)
    ],
    "reasoning/budget.tries": lambda: [
        (
            (script(), *game(cups), 3, seed, list(WORDS), PAIRS),
            [one._asdict() for one in thinking.tries(cups, 3, seed)],
        )
        for cups in GAMES
        for seed in (1, 5)
    ],
}

CODES = {
    f"reasoning/budget.{name}": f"""(m, script, ...rest) => {{
      (0, eval)(script)
      return m.{name}(sbt.transformer(sbt.weights.reasoning_start), ...rest)
    }}"""
    for name in ("think", "conclude", "tries")
}

NEAR = dict.fromkeys(CODES, 1e-3)
