"""Chapter 15."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.arguments.kinds import (
    Cells,
    Floats,
    Ids,
    Mask,
    Number,
    One,
    Refused,
    Row,
    Text,
    Whole,
)
from sbt_jax.architecture import Config, init_model
from sbt_jax.multimodality import Scene, init_encoder, init_projector

CONFIG = Config(4, width=8, layers=1, heads=2, mlp=8, window=3)
ENCODER = init_encoder(jax.random.key(0), CONFIG, 2)
MODEL = init_model(jax.random.key(0), CONFIG)
PROJECTOR = init_projector(jax.random.key(0), 4, 3, 8)
TWO = np.array([[1.0, 2.0], [0.5, -1.0]], np.float32)
SIDES = {"width": Whole(1, 20_000), "height": Whole(1, 20_000)}
SIZE = {"width": 640, "height": 480}
SCENES = Cells(
    [
        (Scene(10, 0, 0), Refused(ValueError, "number must be .*got 10")),
        (Scene(0, 4, 0), Refused(ValueError, "color must be .*got 4")),
        (Scene(0, 0, 4.5), Refused(TypeError, "place must be .*got 4.5")),
    ]
)
PAIR = {"images": TWO, "texts": TWO[::-1].copy()}

TABLE = {
    "patchify": Row(
        {"image": np.arange(16, dtype=np.float32).reshape(4, 4, 1), "patch": 2},
        {
            "image": [
                Floats(shape=None),
                Cells([(TWO, Refused(ValueError, "image must .*got"))]),
            ],
            "patch": [Whole(1), Cells([(3, Refused(ValueError, "image .*3 pixels"))])],
        },
    ),
    "unpatchify": Row(
        {"patches": np.ones((4, 4), np.float32), "cols": 4, "patch": 2, "colors": 1},
        {
            "patches": Floats(shape=None),
            "cols": Whole(2),
            "patch": Whole(1),
            "colors": Whole(1),
        },
    ),
    "init_encoder": Row(
        {"key": jax.random.key(0), "config": CONFIG, "classes": 2},
        {},
        "key config classes: traced or checked by Config; classes are counted",
    ),
    "encode": Row(
        {
            "encoder": ENCODER,
            "vectors": np.ones((2, 8), np.float32),
            "seen": np.array([True, False]),
        },
        {"vectors": Floats(), "seen": Mask()},
        "encoder: weights",
    ),
    "see": Row(
        {"encoder": ENCODER, "patches": np.ones((2, 4), np.float32)},
        {"patches": Floats()},
        "encoder: weights",
    ),
    "read_caption": Row(
        {"encoder": ENCODER, "ids": np.array([1, 3], np.int32)},
        {"ids": Ids(4, low=-1, types=False)},
        "encoder: weights",
    ),
    "vit_cost": Row(
        {"config": CONFIG, "patches": 2}, {"patches": Whole(1, 2)}, "config: checked"
    ),
    "unit": Row({"vectors": TWO}, {"vectors": Floats(shape=None)}),
    "cosines": Row(PAIR, {"images": Floats(shape=None), "texts": Floats()}),
    "clipped_scale": Row(
        {"log_scale": jnp.array(1.0), "most": 100.0},
        {
            "most": Cells(
                [(0, ValueError), ("5", TypeError), (float("nan"), ValueError)]
            )
        },
        "log_scale: traced",
    ),
    "contrastive_loss": Row(
        {**PAIR, "scale": 2.0},
        {
            "images": Floats(shape=None),
            "texts": Floats(),
        },
        "scale: traced",
    ),
    "sigmoid_loss": Row(
        {**PAIR, "scale": 2.0, "bias": -1.0},
        {"images": Floats(shape=None), "texts": Floats()},
        "scale bias: traced",
    ),
    "zero_shot": Row(PAIR, {}, "images texts: checked by cosines"),
    "modality_gap": Row(PAIR, {"texts": Floats()}, "images: as texts"),
    "init_projector": Row(
        {"key": jax.random.key(0), "pixels": 4, "mlp": 3, "width": 8},
        {"pixels": Whole(1), "mlp": Whole(1), "width": Whole(1)},
        "key: random",
    ),
    "to_word": Row(
        {"projector": PROJECTOR, "picture": np.ones(4, np.float32)},
        {"picture": Floats()},
        "projector: weights",
    ),
    "read_with": Row(
        {
            "model": MODEL,
            "config": CONFIG,
            "tokens": np.array([1, 4], np.int32),
            "vectors": np.ones((1, 8), np.float32),
        },
        {"tokens": Ids(5, types=False), "vectors": Floats()},
        "model config: checked by forward",
    ),
    "at_cosine": Row(
        {"key": jax.random.key(0), "vectors": TWO, "cosine": 0.5},
        {"vectors": Floats(shape=None, half=None), "cosine": Number(0, 1)},
        "key: random",
    ),
    "nearest_words": Row(
        {"vector": TWO[0], "table": TWO, "count": 1},
        {"vector": Floats(half=None), "count": Whole(1, 2)},
        "table: as vector",
    ),
    "caption": Row(
        {"scene": Scene(1, 2, 3), "color": True, "place": False},
        {"scene": SCENES},
        "color place: switches",
    ),
    "caption_ids": Row({"text": "a red three"}, {"text": Text()}),
    "filled": Row(
        {"rows": [[1, 2]]},
        {
            "rows": Cells(
                [
                    ([[99]], Refused(ValueError, "rows must be in .*got 99")),
                    ([[1] * 8], Refused(ValueError, "rows must have .*got 8")),
                ]
            )
        },
    ),
    "put": Row(
        {"digit": np.ones((8, 8)), "top": 1, "left": 2},
        {
            "digit": Cells([(TWO, Refused(ValueError, "digit .*got"))]),
            "top": Whole(0, 8),
            "left": Whole(0, 8),
        },
    ),
    "tinted": Row(
        {"canvas": np.ones((2, 2)), "color": 1},
        {"color": Whole(0, 3)},
        "canvas: any pixels",
    ),
    "counted": Row(
        {"bitmap": np.ones((4, 4), bool)},
        {
            "bitmap": Cells(
                [
                    (np.ones((4, 4)), Refused(TypeError, "bitmap .*booleans")),
                    (np.ones((4, 5), bool), Refused(ValueError, "bitmap .*got")),
                ]
            )
        },
    ),
    "drawn": Row(
        {"points": np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 1.0]]), "pen": 2.0},
        {
            "points": Cells(
                [
                    (np.full((1, 3), np.nan), Refused(ValueError, "points .*got nan")),
                    (np.zeros((0, 3)), Refused(ValueError, "points .*got")),
                    (np.zeros((2, 2)), Refused(ValueError, "points .*got")),
                ]
            ),
            "pen": Number(0, above=True),
        },
    ),
    **{
        name: Row(SIZE, SIDES)
        for name in (
            "llava_tokens",
            "qwen_tokens",
            "tile_tokens",
            "patch_tokens",
            "gemini_tokens",
        )
    },
    **{
        name: Row({**SIZE, "tier": "high"}, {**SIDES, "tier": One()})
        for name in ("claude_size", "claude_tokens")
    },
}
