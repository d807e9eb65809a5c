"""What Python and the browser both say: figures of *diffusion*."""

import jax
import jax.numpy as jnp
import numpy as np

from contracts.mirrors.common import same
from sbt_jax import diffusion, multimodality
from sbt_jax.diffusion.line import bell
from sbt_jax.shipped.pictures import LEVELS
from sbt_jax.viz.diffusion import copies, erase, line, prompt

RNG = np.random.default_rng(21)
MEANS = RNG.normal(size=(3, 8)).round(2)
FACTORS = RNG.normal(size=(3, 8, 2)).round(2)
NOISY = RNG.normal(size=8).round(2)
SIZES = {"fine": 4, "coarse": 6, "width": 8, "prompt": 5}
SHAPES = jax.eval_shape(
    lambda key: diffusion.init_unet(key, **SIZES), jax.random.key(0)
)
NET = jax.tree.map(lambda x: RNG.normal(size=x.shape).round(2) / 4, SHAPES)
PICTURE = RNG.normal(size=64).round(2).tolist()
WORDS = RNG.normal(size=5).round(2).tolist()
PROMPTS = ("a red 3, please", "", "<img src=x> 😀 RED", "a " * 20)


def named(net):
    """The arrays of a network by dotted names, as the browser unpacks them."""
    paths = jax.tree_util.tree_leaves_with_path(net)
    return {
        jax.tree_util.keystr(path, simple=True, separator="."): np.ravel(leaf).tolist()
        for path, leaf in paths
    }


def exact(signal, noise, allowed):
    found = diffusion.exact_guess(
        diffusion.Mixture(jnp.array(MEANS), jnp.array(FACTORS)),
        jnp.array(NOISY)[None],
        signal,
        noise,
        0.1,
        jnp.array(allowed, float),
    )
    return [found.clean[0], found.share[0]]


def solved(matrix, q):
    square = np.array(matrix).reshape(len(q), len(q))
    return [np.linalg.solve(square, q), np.linalg.slogdet(square)[1]]


ROWS = {
    "diffusion/erase.levels": lambda: [
        ((t,), diffusion.levels(t)) for t in (0.0, 0.25, 1.0)
    ],
    "diffusion/erase.stepBack": lambda: [
        (
            (PICTURE[:3], [0.5, -1.0, 0.0], time, to),
            diffusion.step_back(
                jnp.array(PICTURE[:3]), jnp.array([0.5, -1.0, 0.0]), time, to
            ),
        )
        for time, to in ((1.0, 0.5), (0.25, 0.0))
    ],
    "diffusion/erase.solve": lambda: [
        ((m, q), solved(m, q))
        for m, q in (
            ([4.0, 1.0, 1.0, 3.0], [1.0, 2.0]),
            ([2.0, 0.5, 0, 0.5, 2.0, 0.25, 0, 0.25, 1.0], [1.0, -1.0, 0.5]),
        )
    ],
    "diffusion/erase.exactGuess": lambda: [
        (
            (
                *(np.ravel(x).tolist() for x in (MEANS, FACTORS)),
                NOISY.tolist(),
                signal,
                noise,
                0.1,
                allowed,
            ),
            exact(signal, noise, allowed),
        )
        for signal, noise, allowed in (
            (0.6, 0.8, [1, 1, 1]),
            (0.9, 0.3, [0, 1, 1]),
            (0.0, 1.0, [1, 0, 1]),
        )
    ],
    "diffusion/erase.softmax": lambda: [
        ((z,), jax.nn.softmax(jnp.array(z))) for z in ([1.0, 2.0, 900.0], [0.0, 0.5])
    ],
    "diffusion/erase.nearestMix": lambda: [
        (
            ([[0.0, 1.0], [1.0, -1.0]], [0.5, 0.25], a, b),
            diffusion.nearest_mix(
                jnp.array([[0.0, 1.0], [1.0, -1.0]]), jnp.array([[0.5, 0.25]]), a, b
            )[0],
        )
        for a, b in ((0.6, 0.8), (1.0, 0.1))
    ],
    "diffusion/erase.unetVelocity": lambda: [
        (
            (named(NET), PICTURE, time, words),
            diffusion.unet_velocity(NET, jnp.array(PICTURE), time, jnp.array(words)),
        )
        for time, words in ((0.3, WORDS), (1.0, [0.0] * 5))
    ],
    "diffusion/erase.shown": lambda: same(erase.shown, (8, 4), (16, 1), (15, 2)),
    "diffusion/erase.eraseLine": lambda: same(
        erase.erase_line,
        (0, 16, [0.1] * 10, "3"),
        (4, 4, [0.0, 0.996, 0.004], "any"),
    ),
    "diffusion/erase.copiesLine": lambda: same(
        copies.copies_line, (10, [0.0, 0.5, 0.25]), (400, [-0.001, 1.0, 0.333])
    ),
    "diffusion/erase.nearest": lambda: same(
        lambda one, many: copies.nearest(np.array(one), np.array(many)),
        ([0.0, 0.5], [[1.0, 1.0], [0.0, 0.25]]),
    ),
    "diffusion/erase.readAs": lambda: same(
        prompt.read_as,
        ("", [], []),
        ("a 3 x", ["a", "three"], ["x"]),
        ("<", [], ["<", "😀" * 70]),
    ),
    "diffusion/erase.promptLine": lambda: same(
        prompt.prompt_line, ("Read: a three.", 4, [3, 8], [0.0, 0.125])
    ),
    "diffusion/erase.overdone": lambda: same(
        lambda some: prompt.overdone(np.array(some)),
        ([[0.0, 1.5, -1.4], [0.0, -3.0, 1.4]],),
    ),
    "diffusion/erase.captionIds": lambda: [
        ((text, multimodality.WORDS), multimodality.caption_ids(text))
        for text in PROMPTS
    ],
    "diffusion/erase.pixelsOf": lambda: [
        ((LEVELS,), [2 * n / 16 - 1 for n in range(17)])
    ],
    "diffusion/line.variances": lambda: same(line.variances, (1.0,), (3.0,), (8.0,)),
    "diffusion/line.bell": lambda: same(
        lambda x, v: bell(np.array(x), v), ([-1.0, 0.0, 2.5], 0.25), ([0.0], 2.0)
    ),
    "diffusion/line.lineLine": lambda: same(
        line.line_line, (3.0, [1.0, 0.25, 0.3875, 0.5]), (1, [1.0, 1.0, 1.0, 1.0])
    ),
}

NEAR = {
    "diffusion/erase.levels": 1e-6,
    "diffusion/erase.stepBack": 1e-6,
    "diffusion/erase.solve": 1e-6,
    "diffusion/erase.exactGuess": 1e-4,
    "diffusion/erase.softmax": 1e-6,
    "diffusion/erase.nearestMix": 1e-5,
    "diffusion/erase.unetVelocity": 1e-5,
    "diffusion/erase.nearest": 1e-9,
    "diffusion/line.bell": 1e-9,
    "diffusion/line.variances": 1e-9,
}
