"""What Python and the browser both say: figures of *inference*."""

import dataclasses

import numpy as np

from contracts.mirrors.common import same
from contracts.small import inference as small
from sbt_jax import inference
from sbt_jax.inference import POLICIES, RULES, SHARED, kind_of
from sbt_jax.inference.prices import between
from sbt_jax.viz import kit
from sbt_jax.viz.inference import calculator, crowds, lanes, memory, speculate, waits

SIZES = dataclasses.asdict(small.CONFIG) | {"kv_heads": 2}
CONFIG = dataclasses.replace(small.CONFIG, kv_heads=2)
TIMED = {"again": [6.0, 8.25, 8.0], "kept": [6.0, 1.0, 1.5]}
PRICES = dataclasses.asdict(small.PRICES)
ASKS = [list(ask) for ask in small.ASKS]
TIGHT = dataclasses.replace(small.PRICES, room=2200)
P, Q = small.P.tolist(), small.Q.tolist()
EMPTY = [[0.0, 0.5, 0.5], [0.0, 1.0, 0.0]]
CHANCES = ([0.1, 0.2, 0.9], [0.9, 0.99, 0.3], [0.1, 0.999, 0.0])


SHORT = [list(ask) for ask in small.SHORT]


def served(asks, prices, policy, shared=0):
    found = inference.serve([inference.Ask(*a) for a in asks], prices, policy, shared)
    return [{"start": one.start, "tokens": list(one.tokens)} for one in found]


def as_served(asks, rows):
    found = [inference.Served(row["start"], tuple(row["tokens"])) for row in rows]
    return [inference.Ask(*a) for a in asks], found


def heated(q):
    hot = np.array(q) ** (1 / 0.6)
    return hot / hot.sum()


def judged(p, q, guesses, chances):
    found = inference.judge(np.array(p), np.array(q), guesses, np.array(chances))
    return {"kept": found.kept, "last": found.last}


SERVED = {policy: served(ASKS, small.PRICES, policy) for policy in POLICIES}


def in_memory(function):
    """A function of the memory, called both ways at many moments."""
    for policy in POLICIES:
        for shared in (0, 5):
            rows = served(SHORT, small.TIMED, policy, shared)
            apart = policy == POLICIES[3]
            for layout in memory.LAYOUTS:
                for moment in (0.0, 0.003, 0.0055, 0.009, 0.012, 1.0):
                    given = (*as_served(SHORT, rows), small.TINY, layout, moment)
                    yield (
                        (
                            SHORT,
                            rows,
                            small.TINY._asdict(),
                            layout == memory.LAYOUTS[0],
                            moment,
                            shared,
                            apart,
                        ),
                        function(*given, shared, apart),
                    )


def painted():
    """Squares as they are drawn, with other colours than the figure's."""
    found = {"place": [0, 1, 2, 7], "question": [-1, 0, 0, 3], "held": [1, 1, 0, 1]}
    ours = memory.drawn(found, small.TINY)
    texts = [[c, kit.ink(c)] for c in (*memory.TEXTS, kit.GREY)]
    return [((found, small.TINY._asdict(), texts), ours)]


ROWS = {
    "inference/waits.readingSums": lambda: [
        ((SIZES, new, past), inference.reading_sums(CONFIG, new, past))
        for new, past in ((4, 0), (1, 30), (3, 7))
    ],
    "inference/waits.sumsOf": lambda: [
        ((SIZES, n, count), waits.sums_of(CONFIG, n, count))
        for n, count in ((1, 3), (40, 5))
    ],
    "inference/waits.ending": lambda: same(
        waits.ending, ("",), ("Tom <b>",), (waits.ROPE,), ("x" * 60,), ("a 😀 " * 30,)
    ),
    "inference/waits.bars": lambda: same(waits.bars, (TIMED,)),
    "inference/waits.sumsLine": lambda: same(
        waits.sums_line, (1234, TIMED), (1, TIMED)
    ),
    "inference/waits.timedLine": lambda: same(
        waits.timed_line,
        (TIMED, 2.345e-6, True),
        (TIMED, 0, False),
        ({"again": [6.0], "kept": [7.0]}, 1e-6, True),
    ),
    "inference/calculator.textBytes": lambda: [
        (
            (dataclasses.asdict(kind_of(name).ways[way]), tokens, bits),
            inference.text_bytes(kind_of(name).ways[way], tokens, bits),
        )
        for name in ("GPT-3", "Gemma 3 27B", "DeepSeek-V3")
        for way in SHARED
        for tokens, bits in ((512, 16), (131_072, 4))
    ],
    "inference/calculator.amount": lambda: [
        ((size,), calculator.amount(size)) for size in (2.5e6, 17.18e9, 9.9e12, 1e9)
    ],
    "inference/calculator.cacheLine": lambda: same(
        calculator.cache_line,
        ("<b>", "a key", 30e9, 4096, 16),
        ("X", "two", 100e9, 1_048_576, 4),
        ("X", "two", 1e6, 4096, 8),
    ),
    "inference/speculate.overlap": lambda: [
        ((P, Q), inference.overlap(small.P, small.Q))
    ],
    "inference/speculate.residual": lambda: [
        ((p, q), inference.residual(np.array(p), np.array(q)))
        for p, q in ((P, Q), (P, P), EMPTY)
    ],
    "inference/speculate.told": lambda: [
        ((Q, RULES[0]), Q),
        ((Q, RULES[1]), Q),
        ((Q, RULES[2]), [0, 1, 0, 0]),
        ((Q, RULES[3]), heated(Q)),
    ],
    "inference/speculate.law": lambda: [
        ((p, q, rule), inference.law(np.array(p), np.array(q), rule))
        for p, q in ((P, Q), (Q, P), EMPTY)
        for rule in RULES
    ],
    "inference/speculate.judge": lambda: [
        (
            ([P, Q, P], [Q, P], guesses, chances),
            judged([P, Q, P], [Q, P], guesses, chances),
        )
        for guesses in ([0, 1], [1, 0], [3, 3])
        for chances in CHANCES
    ],
    "inference/speculate.guessesHtml": lambda: same(
        speculate.guesses_html, (small.PIECES,), ([],)
    ),
    "inference/speculate.lawLine": lambda: same(
        speculate.law_line, (0.9476, 0.0), (0.5, 0.1234), (1.0, 0.0004)
    ),
    "inference/speculate.passLine": lambda: same(
        speculate.pass_line,
        ({"kept": 8, "replaced": 1, "added": 1}, 2),
        ({"kept": 0, "replaced": 3, "added": 0}, 3),
    ),
    "inference/speculate.lawBars": lambda: [
        (
            (small.NAMES, P, Q, rule, speculate.SHOWN, speculate.REST),
            speculate.law_bars(small.NAMES, small.P, small.Q, rule),
        )
        for rule in RULES
    ],
    "inference/serving.serve": lambda: (
        [
            (
                (ASKS, dataclasses.asdict(prices), policy, list(POLICIES), shared),
                served(ASKS, prices, policy, shared),
            )
            for prices in (small.PRICES, TIGHT)
            for policy in POLICIES
            for shared in (0, 2000)
        ]
        + [
            (
                (
                    SHORT,
                    dataclasses.asdict(small.TIMED),
                    policy,
                    list(POLICIES),
                    shared,
                ),
                served(SHORT, small.TIMED, policy, shared),
            )
            for policy in POLICIES
            for shared in (0, 5)
        ]
    ),
    "inference/serving.between": lambda: (
        [
            ((at, [2, 4, 8], [1.0, 2.0, 2.5]), between(at, [2, 4, 8], [1.0, 2.0, 2.5]))
            for at in (1, 2, 3, 4, 7, 8, 20)
        ]
        + [((9, [2], [1.0]), 1.0)]
    ),
    "inference/serving.seconds": lambda: [
        ((dataclasses.asdict(prices), *given), prices.step(*given))
        for prices in (small.PRICES, small.TIMED)
        for given in (
            ([4, 0, 3], [0, 2, 9], [5, 30]),
            ([], [], [12]),
            ([20], [0], []),
            ([], [], [4, 5, 6, 7]),
        )
    ],
    "inference/serving.waits": lambda: (
        [
            ((ASKS, rows, lanes.EDGES), lanes.waits(*as_served(ASKS, rows)))
            for rows in SERVED.values()
        ]
        + [
            (
                (
                    [[0.0, 3, 2]],
                    [{"start": 0.0, "tokens": [1e-5, 99.0]}],
                    lanes.EDGES,
                ),
                lanes.waits(
                    *as_served([[0.0, 3, 2]], [{"start": 0.0, "tokens": [1e-5, 99.0]}])
                ),
            )
        ]
    ),
    "inference/serving.squares": lambda: list(in_memory(memory.squares)),
    "inference/serving.memoryLine": lambda: list(in_memory(memory.memory_line)),
    "inference/serving.drawn": painted,
    "inference/serving.faster": lambda: [
        ((ASKS, 4), [list(a) for a in crowds.faster(small.ASKS, 4)])
    ],
    "inference/serving.lanes": lambda: [
        ((ASKS, rows, stall), lanes.lanes(*as_served(ASKS, rows), stall))
        for rows in SERVED.values()
        for stall in (0.001, 0.04)
    ],
    "inference/serving.servedLine": lambda: [
        ((ASKS, rows), lanes.served_line(*as_served(ASKS, rows)))
        for rows in SERVED.values()
    ],
}

CODES = {
    "inference/speculate.lawBars": """(m, names, ...rest) =>
      m.lawBars((id) => names[id], ...rest)""",
}

NEAR = {
    "inference/waits.sumsOf": 1e-9,
    **{
        f"inference/speculate.{name}": 1e-9
        for name in ("overlap", "residual", "told", "law", "lawBars")
    },
    **{
        f"inference/serving.{name}": 1e-9
        for name in ("serve", "faster", "lanes", "waits")
    },
}
