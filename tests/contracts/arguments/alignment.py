"""Chapter 8."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import (
    INF,
    NAN,
    Cells,
    Floats,
    Gives,
    Ids,
    Number,
    Refused,
    Row,
    Seen,
    Whole,
)
from sbt_jax import alignment
from sbt_jax.alignment import Answers, Pairs, begin, init_reward
from sbt_jax.architecture import Config, init_model
from sbt_jax.tokenization import Tokenizer
from sbt_jax.training import Batch, Settings, init_adapters

A = np.array([1.0, 0.5], np.float32)
B = np.array([0.5, 0.25], np.float32)
P = np.array([0.25, 0.75], np.float32)
R = np.array([1.0, 0.0], np.float32)
CONFIG = Config(16, width=8, layers=1, heads=2, mlp=8, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
SETTINGS = Settings(steps=2, warmup=1)
TOKENS = np.array([[1, 2, 3, 4], [1, 2, 4, 3]])
ASKED = np.array([[False, False, True, True]] * 2)
ROWS = Answers(jnp.asarray(TOKENS), jnp.asarray(ASKED))
MARKED = Tokenizer((), ("<user>", "<end>"))
ADAPTERS = init_adapters(jax.random.key(1), MODEL)
REWARD = init_reward(jax.random.key(1), MODEL)
LEARNER = begin(ADAPTERS, SETTINGS)
TRAINED = "learner model config settings: checked by what made them"

ANSWERS = Cells(
    [
        (
            Answers(TOKENS + 0.5, ASKED),
            Refused(TypeError, "tokens .* got float64|got 1.5"),
        ),
        (Answers(TOKENS + 12, ASKED), Refused(ValueError, "tokens .* got 16")),
        (Answers(TOKENS - 2, ASKED), Refused(ValueError, "tokens .* got -1")),
        (Answers(TOKENS, ASKED * 2), Refused(TypeError, "asked .* got int64")),
        (Answers(TOKENS, ASKED[:, 1:]), Refused(ValueError, r"asked .* got \(2, 3\)")),
    ]
)
FIRST = Answers(TOKENS, ~ASKED)


def of_answers(name: str):
    """Learning from answers: what is wrong with them is said before any update."""
    function = getattr(alignment, name)
    return lambda **given: function(**given)


TABLE = {
    "preference_loss": Row(
        {"chosen": A, "rejected": B},
        {
            "chosen": [
                Floats(
                    shape=None, empty="refused", inf=Gives(np.log1p(np.exp(-0.25)) / 2)
                ),
                Cells([(np.array([1e20, 0.5]), Gives(np.log1p(np.exp(-0.25)) / 2))]),
            ],
            "rejected": Floats(),
        },
    ),
    "dpo_loss": Row(
        {"chosen": A, "rejected": B, "beta": 0.5},
        {
            "chosen": Floats(
                shape=None, empty="refused", inf=Gives(np.log1p(np.exp(-0.125)) / 2)
            ),
            "rejected": Floats(),
            "beta": [Number(0), Cells([(0, Gives(np.log(2)))])],
        },
    ),
    "optimal_policy": Row(
        {"reference": P, "rewards": R, "beta": 1.0},
        {
            "reference": [Floats(shape=None), Cells([(R, Gives([1, 0]))])],
            "rewards": [
                Floats(inf=Gives([1, 0])),
                Cells([(np.float32([1e30, 0]), Gives([1, 0])), (A * 0, Gives(P))]),
            ],
            "beta": [
                Number(0, above=True),
                Cells([(1e-40, Gives([1, 0])), (1e-320, Gives([1, 0]))]),
                Cells([(1e30, Gives(P))]),
            ],
        },
    ),
    "divergence": Row(
        {"policy": P, "reference": np.array([0.5, 0.5], np.float32)},
        {
            "policy": [
                Floats(shape=None),
                Cells([(R, Gives(np.log(2))), (np.float32([-1, 2]), Seen())]),
            ],
            "reference": [
                Floats(inf=Seen()),
                Cells([(R, Gives(INF)), (P, Gives(0.0))]),
            ],
        },
    ),
    "kl_estimates": Row(
        {"log_ratio": A},
        {
            "log_ratio": [
                Floats(shape=None),
                Cells(
                    [
                        (np.float32(1e-6), Gives([1e-6, 5e-13, 5e-13], 1e-5)),
                        (np.float32(-100), Gives([-100, 5000, INF])),
                        (np.float32(-INF), Gives([-INF, INF, INF])),
                    ]
                ),
            ]
        },
    ),
    "best_of_n_bound": Row({"n": 2}, {"n": [Whole(1), Cells([(1, Gives(0.0))])]}),
    "best_of_n": Row(
        {"reference": P, "rewards": R, "n": 2},
        {
            "reference": [
                Floats(shape=None),
                Cells([(np.float32([-1, 2]), Gives([NAN, NAN]))]),
            ],
            "rewards": [
                Floats(nan=Gives([NAN, NAN]), inf=Gives([7 / 16, 9 / 16])),
                Cells([(np.zeros(2), Gives([1 / 16, 15 / 16]))]),
            ],
            "n": [Whole(1), Cells([(1, Gives(P))])],
        },
    ),
    "advantages": Row(
        {"rewards": np.array([[1.0, 0.0, 0.5]], np.float32)},
        {
            "rewards": [
                Floats(shape=None, empty="refused"),
                Cells([(np.ones((1, 1)), Refused(ValueError, "rewards .* got 1"))]),
            ]
        },
    ),
    "group_advantages": Row(
        {"rewards": np.array([[1.0, 0.0, 0.5]], np.float32)},
        {
            "rewards": [
                Floats(shape=None, empty="refused"),
                Cells(
                    [
                        (np.ones((1, 1)), Refused(ValueError, "rewards .* got 1")),
                        (np.full((1, 2), 3.0), Gives([[0.0, 0.0]])),
                    ]
                ),
            ]
        },
    ),
    "leashed": Row(
        {"scores": A, "log_ratio": B, "beta": 0.5},
        {
            "scores": Floats(shape=None),
            "log_ratio": Floats(),
            "beta": Number(0, above=True),
        },
    ),
    "encode_parts": Row(
        {"tokenizer": MARKED, "parts": [("<user>", "a")]},
        {
            "parts": Cells(
                [
                    ([("<b>", "a")], Refused(ValueError, "mark .* got '<b>'")),
                    (
                        [("<user>", 5)],
                        Refused(TypeError, "text must be a str, got int"),
                    ),
                    ([("<user>", "<user>")], Gives([256, *b"<user>"])),
                ]
            )
        },
        "tokenizer: checks itself",
    ),
    "rows_of": Row(
        {"pairs": [([1, 2], [3])], "length": 4, "fill": 0},
        {
            "pairs": Cells(
                [
                    ([], Refused(ValueError, r"pairs .* got \[\]")),
                    ([([], [1, 2])], Refused(ValueError, r"prompts .* got \[\] at 0")),
                    ([([1], [])], Refused(ValueError, r"answers .* got \[\] at 0")),
                    ([([1], [1.9])], Refused(TypeError, r"answers\[0\] .* got 1.9")),
                    ([([-1], [1])], Refused(ValueError, r"prompts\[0\] .* got -1")),
                    ([([2**31], [1])], Refused(ValueError, r"prompts\[0\] .* got 21")),
                    ([("ab", [1])], Refused(TypeError, r"prompts\[0\] .* got 'ab'")),
                    ([([1] * 4, [1])], Refused(ValueError, "rows .* got 5 at 0")),
                ]
            ),
            "length": Whole(1),
            "fill": Whole(0),
        },
    ),
    "padded": Row(
        {"prompts": [[1, 2, 3, 4, 5, 6]], "length": 8, "fill": 0},
        {
            "prompts": Cells(
                [
                    ([], Refused(ValueError, r"prompts .* got \[\]")),
                    ([[1, 2]], Refused(ValueError, "prompts .* got 2 to 2")),
                    ([[1.9] * 6], Refused(TypeError, r"prompts\[0\] .* got 1.9")),
                    ([[-1] * 6], Refused(ValueError, r"prompts\[0\] .* got -1")),
                    (["abcdef"], Refused(TypeError, r"prompts\[0\] .* got 'abcdef'")),
                ]
            ),
            "length": Whole(1),
            "fill": Whole(0),
        },
    ),
    "log_probs": Row(
        {"model": MODEL, "config": CONFIG, "answers": ROWS},
        {
            "answers": [
                ANSWERS,
                Cells([(FIRST, Refused(ValueError, "asked .* first .* got True"))]),
            ]
        },
        "model config: checked by what made them",
    ),
    "texts_of": Row(
        {"tokenizer": MARKED, "answers": Answers(TOKENS + 96, ASKED)},
        {
            "answers": Cells(
                [
                    (Answers(TOKENS + 0.5, ASKED), Refused(TypeError, "tokens .* got")),
                    (Answers(TOKENS + 256, ASKED), Refused(ValueError, "got 260")),
                    (Answers(TOKENS, ASKED * 2), Refused(TypeError, "asked .* int64")),
                ]
            )
        },
        "tokenizer: checks itself",
    ),
    "generate_answers": Row(
        {
            "key": jax.random.key(0),
            "model": MODEL,
            "config": CONFIG,
            "prompts": np.array([[1, 2, 3, 4, 5, 6]]),
            "sizes": np.array([6]),
            "length": 8,
            "stop": 1,
            "greedy": True,
        },
        {
            "prompts": Ids(16),
            "sizes": Ids(7, low=6, shape=True),
            "length": Whole(6, 8),
            "stop": Whole(0, 15),
        },
        "key model config greedy: checked by what made them",
    ),
    "rewards": Row(
        {"reward": REWARD, "model": MODEL, "config": CONFIG, "answers": ROWS},
        {"answers": ANSWERS},
        "reward model config: checked by what made them",
    ),
    "begin": Row(
        {"weights": ADAPTERS, "settings": SETTINGS},
        {},
        "weights settings: any weights will do, and Settings check themselves",
    ),
    "init_reward": Row(
        {"key": jax.random.key(0), "model": MODEL}, {}, "key model: see init_adapters"
    ),
    "imitate": Row(
        {
            "learner": LEARNER,
            "model": MODEL,
            "config": CONFIG,
            "batch": Batch(TOKENS, ASKED),
            "settings": SETTINGS,
        },
        {
            "batch": Cells(
                [
                    (Batch(TOKENS, ASKED * 2), Refused(TypeError, "asked .* got int")),
                    (Batch(TOKENS + 0.5, ASKED), Refused(TypeError, "tokens .* got")),
                ]
            )
        },
        TRAINED,
    ),
    "compare": Row(
        {
            "learner": begin(REWARD, SETTINGS),
            "model": MODEL,
            "config": CONFIG,
            "pairs": Pairs(ROWS, ROWS),
            "settings": SETTINGS,
        },
        {
            "pairs": Cells(
                [
                    (
                        Pairs(ROWS, Answers(TOKENS[:1], ASKED[:1])),
                        Refused(ValueError, r"rejected .* got \(1,\)"),
                    ),
                    (
                        Pairs(ROWS, Answers(TOKENS, ASKED * 2)),
                        Refused(TypeError, "asked .* got int"),
                    ),
                ]
            )
        },
        TRAINED,
    ),
    "prefer": Row(
        {
            "learner": LEARNER,
            "model": MODEL,
            "config": CONFIG,
            "pairs": Pairs(ROWS, ROWS),
            "reference": (-A, -A),
            "beta": 0.5,
            "settings": SETTINGS,
        },
        {
            "pairs": Cells(
                [
                    (
                        Pairs(ROWS, Answers(TOKENS, ASKED * 2)),
                        Refused(TypeError, "asked .* got int"),
                    )
                ]
            ),
            "reference": Cells(
                [((-A, -A[:1]), Refused(ValueError, r"reference .* got \(1,\)"))]
            ),
            "beta": Number(0),
        },
        TRAINED,
    ),
    "reinforce": Row(
        {
            "learner": LEARNER,
            "model": MODEL,
            "config": CONFIG,
            "answers": ROWS,
            "scores": A,
            "reference": -A,
            "beta": 0.5,
            "samples": 2,
            "settings": SETTINGS,
        },
        {
            "answers": Cells(
                [
                    (
                        Answers(TOKENS, ASKED * 2),
                        Refused(TypeError, "asked .* got int"),
                    )
                ]
            ),
            "scores": Cells(
                [(A[:1], Refused(ValueError, r"scores .* got \(1,\)"))],
            ),
            "reference": Cells(
                [(A[:1], Refused(ValueError, r"reference .* got"))],
            ),
            "beta": Number(0, above=True),
            "samples": Whole(1),
        },
        TRAINED,
    ),
}
