"""Published figures of chapter 15, recomputed by our own functions."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sbt_jax.architecture import FAMILIES, Config, forward_flops, parameter_count
from sbt_jax.multimodality import (
    RULES,
    claude_size,
    claude_tokens,
    contrastive_loss,
    init_projector,
    sigmoid_loss,
)
from sbt_jax.published.multimodality import (
    CLIP_LENGTH,
    CLIP_WORDS,
    CLIPS,
    MULTIMODALITY,
    VITS,
)


def design(width, layers, heads, mlp, patch, side=224, classes=1000):
    config = Config(classes, width, layers, heads, mlp, (side // patch) ** 2 + 1)
    return config, dataclasses.replace(FAMILIES["ViT"], patch=patch)


@pytest.mark.parametrize("name", VITS)
def test_a_vision_transformer_has_its_published_size(name):
    config, switches = design(*VITS[name].value["sizes"])
    counted = sum(parameter_count(config, switches).values())
    assert counted == VITS[name].value["parameters"]


@pytest.mark.parametrize("name", VITS)
def test_it_does_its_published_work(name):
    sizes = VITS[name].value["sizes"]
    config, switches = design(*sizes)
    work = forward_flops(config, config.window, switches)
    each = (work["attention"] + work["looking"] + work["mlp"]) // 2
    patches = config.window - 1
    inputs = patches * 3 * sizes[-1] ** 2 * config.width
    whole = config.window * each + inputs + work["unembedding"] // 2
    assert whole / 1e9 == pytest.approx(VITS[name].value["multiply_adds"], abs=0.00051)


def blocks(width, layers):
    """Blocks as of GPT and ViT: biases, two layer norms, four times the width."""
    config = Config(1, width, layers, width // 64, 4 * width, 1)
    found = parameter_count(config, FAMILIES["GPT"])
    return found["attention"] + found["mlp"] + found["norm"] - 2 * width


@pytest.mark.parametrize("name", CLIPS)
def test_clip_has_its_published_size(name):
    value = CLIPS[name].value
    width, layers, patch, side = value["image"]
    places = (side // patch) ** 2 + 1
    image = 3 * patch**2 * width + width + places * width + 2 * 2 * width
    image += blocks(width, layers) + width * value["space"]
    width, layers = value["text"]
    text = (CLIP_WORDS + CLIP_LENGTH) * width + 2 * width
    text += blocks(width, layers) + width * value["space"]
    assert image + text + 1 == value["parameters"]
    if name == "B/32":
        assert (image, text) == (87_849_216, 63_428_096)


def test_the_projector_of_llava_has_its_published_size():
    value = MULTIMODALITY["llava_projector"].value
    shapes = jax.eval_shape(
        lambda key: init_projector(key, value["from"], value["to"], value["to"]),
        jax.random.key(0),
    )
    counted = sum(int(np.prod(leaf.shape)) for leaf in shapes)
    assert counted == value["parameters"]


@pytest.mark.parametrize("name", MULTIMODALITY["tokens"].value)
def test_an_image_costs_what_the_guide_says(name):
    for width, height, tokens in MULTIMODALITY["tokens"].value[name]:
        if name == "Claude high":
            assert claude_tokens(width, height, "high") == tokens
        else:
            assert RULES[name](width, height) == tokens


def test_a_page_is_scaled_as_the_guide_says():
    value = MULTIMODALITY["claude_page"].value
    assert claude_size(*value["before"]) == value["after"]


def test_a_loss_that_does_not_move_is_the_logarithm_of_the_batch():
    value = MULTIMODALITY["constant_loss"].value
    same = jnp.ones((value["batch"], 4))
    found = float(contrastive_loss(same, same))
    assert int(10 * found) / 10 == value["loss"]


def test_siglip_begins_near_its_bias():
    start = MULTIMODALITY["siglip_start"].value
    apart = jnp.eye(128)
    first = float(sigmoid_loss(apart[:64], apart[64:], **start))
    assert first == pytest.approx(-start["bias"], abs=0.01)


def test_every_figure_has_a_source():
    for figure in [*MULTIMODALITY.values(), *VITS.values(), *CLIPS.values()]:
        assert figure.source
        assert figure.where
        assert figure.url.startswith("https://")
