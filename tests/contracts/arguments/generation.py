"""Chapter 7."""

import jax
import numpy as np

from contracts.arguments.kinds import (
    INF,
    Cells,
    Floats,
    Gives,
    Ids,
    Mask,
    Number,
    Refused,
    Row,
    Seen,
    Whole,
)
from sbt_jax.architecture import Config, init_model
from sbt_jax.generation import ORDER, Sampling

Z = np.array([3.0, 2.0, 1.0], np.float32)
P = np.array([0.5, 0.25, 0.25], np.float32)
Q = np.array([0.25, 0.5, 0.25], np.float32)
TENTHS = np.log(np.array([0.3, 0.1, 0.1, 0.5], np.float32))
CONFIG = Config(16, width=8, layers=1, heads=2, mlp=8, window=8)
MODEL = init_model(jax.random.key(0), CONFIG)
PROMPT = np.array([3, 4])
NO_AXIS = Refused(ValueError, r"logits .* got shape")
LOGITS = Floats(inf=Seen(), shape=None, empty=NO_AXIS, whole=True)

TABLE = {
    "temperature": Row(
        {"logits": Z, "t": 0.5},
        {
            "logits": LOGITS,
            "t": [
                Number(0, inf=Gives([0, 0, 0])),
                Cells([(0, Gives([3, -INF, -INF])), (np.float32(0.5), Gives(2 * Z))]),
            ],
        },
    ),
    "top_k": Row(
        {"logits": Z, "k": 2},
        {"logits": LOGITS, "k": [Whole(1), Cells([(10, Gives(Z))])]},
    ),
    "top_p": Row(
        {"logits": Z, "p": 0.8},
        {
            "logits": [
                LOGITS,
                Cells(
                    [
                        (TENTHS, Gives([TENTHS[0], -INF, -INF, TENTHS[3]])),
                        (np.zeros(10), Gives([0.0] * 8 + [-INF] * 2)),
                    ]
                ),
            ],
            "p": [
                Number(0, 1, above=True),
                Cells([(1, Gives(Z)), (1e-300, Gives([3, -INF, -INF]))]),
            ],
        },
    ),
    "min_p": Row(
        {"logits": Z, "p": 0.2},
        {
            "logits": [LOGITS, Cells([(TENTHS, Gives(TENTHS))])],
            "p": [Number(0, 1), Cells([(1, Gives([3, -INF, -INF])), (0, Gives(Z))])],
        },
    ),
    "repetition_penalty": Row(
        {"logits": Z, "seen": np.array([True, False, True]), "penalty": 2.0},
        {
            "logits": Floats(shape=None, whole=True),
            "seen": Mask(),
            "penalty": Number(0, above=True),
        },
    ),
    "filtered": Row(
        {
            "logits": Z,
            "sampling": Sampling(top_p=0.8),
            "seen": np.array([True, False, True]),
        },
        {
            "logits": Floats(shape=None, whole=True),
            "sampling": Cells([(None, TypeError), ("top_k", TypeError)]),
            "seen": Mask(),
        },
    ),
    "Sampling": Row(
        {
            "temperature": 1.0,
            "top_k": 2,
            "top_p": 0.5,
            "min_p": 0.5,
            "repetition_penalty": 1.0,
            "order": ORDER,
        },
        {
            "temperature": Number(0, inf=Gives(INF)),
            "top_k": Whole(1, none=True),
            "top_p": Number(0, 1, above=True),
            "min_p": Number(0, 1),
            "repetition_penalty": Number(0, above=True),
            "order": Cells(
                [
                    (ORDER[1:], ValueError),
                    ((*ORDER, "top_k"), ValueError),
                    ("top_k", ValueError),
                    (5, ValueError),
                    ((1, 2, 3, 4, 5), ValueError),
                    (list(ORDER), Gives(1.0)),
                ]
            ),
        },
        # Hashable, so that `jit` takes it.
        call=lambda **given: (hash(Sampling(**given)), given["temperature"])[1],
    ),
    "total_variation": Row(
        {"truth": P, "model": Q}, {"truth": Floats(shape=None), "model": Floats()}
    ),
    "jensen_shannon": Row(
        {"truth": P, "model": Q},
        {
            "truth": [Floats(shape=None), Cells([(np.float32([-1, 1, 1]), Seen())])],
            "model": [Floats(), Cells([(P, Gives(0.0, 1e-6))])],
        },
    ),
    "generate": Row(
        {
            "key": jax.random.key(0),
            "model": MODEL,
            "config": CONFIG,
            "prompt": PROMPT,
            "steps": 2,
            "sampling": Sampling(temperature=0.0),
            "stop": 1,
        },
        {
            "prompt": Ids(16, empty=Refused(ValueError, "prompt .* got 0 and 2")),
            "steps": [
                Whole(),
                Cells([(7, Refused(ValueError, "steps .* got 2 and 7"))]),
            ],
            "sampling": Cells([(None, TypeError), ("greedy", TypeError)]),
            "stop": Whole(0, 15, none=True),
        },
        "key model config: checked by what made them",
    ),
    "beam_search": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "prompt": PROMPT,
            "steps": 2,
            "beams": 2,
            "stop": 1,
        },
        {
            "prompt": Ids(16, empty=Refused(ValueError, "prompt .* got 0 and 2")),
            "steps": [
                Whole(1),
                Cells([(7, Refused(ValueError, "steps .* got 2 and 7"))]),
            ],
            "beams": Whole(1),
            "stop": Whole(0, 15, none=True),
        },
        "model config: checked by what made them",
    ),
}
