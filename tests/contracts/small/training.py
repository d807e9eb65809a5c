"""Small inputs of the figures of *training*."""

import numpy as np

from sbt_jax import training
from sbt_jax.training import Value, graph
from sbt_jax.viz import training as training_figures

SURFACE = training.count_surface(["a b a b a c d"], ["a b a c", "b a d"], 2, 4)


def neuron(w=-1.0, x=2.0, b=0.5, chain=False):
    """The graph of the page, and a power and a tanh that it does not have."""
    given = {"w": Value(w), "x": Value(x), "b": Value(b)}
    z = given["w"] * given["x"] + given["b"]
    loss = ((-z).exp() + 1).log()
    if not chain:
        loss = loss + z.tanh() ** 2
    loss.backward()
    nodes = graph(loss, given | {"loss": loss})
    return [node._replace(name=node.name or str(i)) for i, node in enumerate(nodes)]


def descent():
    ways = (training_figures.ACROSS, training_figures.UP)
    grid = training.landscape(SURFACE, *(np.linspace(*way, 9) for way in ways))
    path = [(-0.9, -0.4, 1.5), (-0.8, -0.3, 1.25), (-0.7, -0.2, 0.0)]
    return training_figures.descent(SURFACE, grid, (0.1, 0.9, 1.0), path, [0])


BORN = (
    (0, 10),
    np.linspace(7, 1, 10),
    0.5,
    [6.0, 1.0],
    "Tom",
    [0.001, 0.9375],
    [("<b>x", "<img src=x>"), ("Once", "")],
)
SKILLS = {k: [2.0, 1.0] for k in "abcde"}
BOWL = {"0.5": ([-2.0, -1.0, -0.5], [4.0, 1.0, 0.25]), "1": ([-2.0, 0.0], [4.0, 0.0])}
ENDS = {"end": [[6.0, 3.0, None]], "curves": [[7.0, 6.0], [5.0, 3.0], [9.9, None]]}
EDGE = {
    "10": {
        "sharpness": [[3.0, 9.0, 10.0, 10.0], [2.0, 9.0, 9.0, 9.0]],
        "loss": [[1.0, 0.5, 0.2, 0.1], [1.0, 0.5, 0.2, 0.1]],
        "every": 5,
    },
    "0.5": {"sharpness": [[3.0, None]], "loss": [[1.0, None]], "every": 5},
}
OWN = training.Learned(
    training.read_letters("\n".join(f"{a}{b}<i>" for a in "abc" for b in "wxyz")),
    training.own_config(training.read_letters("ab")),
    training.Settings(steps=300, learning_rate=2e-2, warmup=10),
    np.linspace(3, 1, 300),
    np.linspace(3, 1, 300)[np.r_[0:200, 100:0:-1]],
    {0: ["<img src=x>", "", "bz<i>", "x"], 300: ["aw<i>", "cx<i>", "q" * 30, "x"]},
)
FEW = {"train": [7.0, 0.1], "held_out": [7.0, 3.0], "passes": 8.0}
FACTS = {
    "4": {"parameters": 500, "held": [10, 20], "by_times": [[None, 0.1, 0.2, 0.3]] * 2}
}

FIGURES = {
    "training.a_model_is_born": (
        lambda: training_figures.a_model_is_born(*BORN),
        "After 10 updates a word costs 1.00 nats more than it must. Tom gets 94 %.",
    ),
    "training.at_the_edge": (
        lambda: training_figures.at_the_edge(EDGE),
        "Sharpness 2.5 (2.0 to 3.0) at first, 9.50 (9.00 to 10.00) in the second half.",
    ),
    "training.by_size": (
        lambda: training_figures.by_size(FACTS, 30, 0.125),
        "500 parameters hold 15 (10 to 20) of 30 facts: 30 % of those told most often",
    ),
    "training.descent": (descent, "SGD, learning rate 0.3. After 1 steps"),
    "training.down_a_bowl": (
        lambda: training_figures.down_a_bowl(
            [-2.0, 0.0, 2.0], [4.0, 0.0, 4.0], BOWL, "1"
        ),
        "Learning rate 1: after 1 steps the loss is 0.00. A good rate.",
    ),
    "training.few_stories": (
        lambda: training_figures.few_stories({"100": [FEW, FEW]}, (0, 9), 0.5),
        "100 stories, each read about 8 times. At the end 0.10 nats a token on them,"
        " 3.00 on new ones.",
    ),
    "training.gradients_on_a_graph": (
        lambda: training_figures.gradients_on_a_graph(
            neuron(chain=True), dict.fromkeys("wxb", (-4.0, 4.0))
        ),
        "Its slopes, one backward pass: ",
    ),
    "training.learned_first": (
        lambda: training_figures.learned_first((0, 10), SKILLS, {"e": 1.5}),
        "1.00 in the end. A blind guess costs 1.50: beaten from 10 on.",
    ),
    "training.your_own": (
        lambda: training_figures.your_own(
            OWN, {"letters": OWN.letters.text([1]), "<b>": "<img src=x>"}
        ),
        "After 300 of 300 updates: 1.06 nats a letter on lines that it reads, 2.99 on"
        " lines held back (at best 1.67, after 200)",
    ),
    "training.rates_at_once": (
        lambda: training_figures.rates_at_once((0.1, 0.2, 0.3), {"16": ENDS}, 10),
        "Learning rate 0.2. Last losses, by seed: width 16 3.00.",
    ),
}
