"""Published figures of chapter 21, recomputed by our own functions."""

import numpy as np
import pytest

from sbt_jax.architecture import FAMILIES, Config, parameter_count
from sbt_jax.diffusion import (
    chosen_steps,
    cosine_alphas,
    dit_multiply_adds,
    dit_parameters,
    edm_noises,
    flux_parameters,
    guided_variance,
    latent_numbers,
    linear_alphas,
    sd3_parameters,
    sharpened_variance,
    signal_to_noise,
    walked_variance,
)
from sbt_jax.published.diffusion import DIFFUSION, DITS
from sbt_jax.published.multimodality import CLIP_LENGTH, CLIP_WORDS, CLIPS


def schedule(name):
    noise = DIFFUSION["sd_noise"].value
    return {
        "linear": linear_alphas(),
        "cosine": cosine_alphas(),
        "Stable Diffusion": linear_alphas(
            1000, noise["first"], noise["last"], scaled=True
        ),
    }[name]


def test_the_schedule_of_ddpm_leaves_what_the_brief_says():
    value = DIFFUSION["ddpm"].value
    alphas = linear_alphas(value["steps"], value["first"], value["last"])
    wanted = [0.8970, 0.5241, 0.0786, 0.00335, 4.0358e-5]
    np.testing.assert_allclose(alphas[[99, 249, 499, 749, 999]], wanted, rtol=1e-3)
    assert (signal_to_noise(alphas) > 1).sum() == 259


@pytest.mark.parametrize("name", ["linear", "cosine", "Stable Diffusion"])
def test_the_last_step_leaves_what_lin_found(name):
    root, ratio = DIFFUSION["last_steps"].value[name]
    alphas = schedule(name)
    assert alphas[-1] ** 0.5 == pytest.approx(root, rel=2e-4)
    assert signal_to_noise(alphas)[-1] == pytest.approx(ratio, rel=3e-4)


def test_fifty_steps_begin_where_the_table_says():
    value = DIFFUSION["first_step_visited"].value
    assert chosen_steps(value["steps"])[0] == value["trailing"]
    assert chosen_steps(value["steps"], trailing=False)[0] == value["leading"]


def test_the_noises_of_edm():
    value = DIFFUSION["edm"].value
    noises = edm_noises(value["steps"])
    np.testing.assert_allclose(noises[[0, 1, 2, -1]], value["noises"], rtol=2e-4)
    # Each step but the last is corrected by a second guess.
    assert 2 * value["steps"] - 1 == value["guesses"]


def test_guidance_does_not_sample_the_sharpened_density():
    value = DIFFUSION["guidance"].value
    scale = value["scale"]
    assert guided_variance(scale) == value["ddim"]
    assert guided_variance(scale, renewed=True) == value["ddpm"]
    assert sharpened_variance(scale) == value["sharpened"]
    walked = walked_variance(scale, 2000), walked_variance(scale, 4000, 1.0)
    np.testing.assert_allclose(walked, [value["ddim"], value["ddpm"]], rtol=4e-3)


@pytest.mark.parametrize("name", DITS)
def test_a_diffusion_transformer_does_its_published_work(name):
    value = DITS[name].value
    work = dit_multiply_adds(value["width"], value["layers"], 4)
    assert work / 1e9 == pytest.approx(value["gflops"], abs=0.07)


def test_dit_xl_has_its_published_size():
    value = DIFFUSION["dit_xl_2"].value
    sizes = DITS["XL"].value["width"], DITS["XL"].value["layers"], 2
    assert dit_parameters(*sizes) == value["parameters"]
    assert round(dit_multiply_adds(*sizes) / 1e9, 1) == value["gflops"]


def test_a_block_of_a_transformer_and_half_as_much_again():
    config = Config(1, 1152, 1, 16, 4 * 1152, 1)
    found = parameter_count(config, FAMILIES["GPT"])
    block = found["attention"] + found["mlp"]
    one = dit_parameters(1152, 2, 2) - dit_parameters(1152, 1, 2)
    assert one / block == pytest.approx(1.5, rel=1e-3)


@pytest.mark.parametrize("depth", [24, 38])
def test_stable_diffusion_3_has_its_published_size(depth):
    billions = round(sd3_parameters(depth) / 1e9, 1)
    assert billions == DIFFUSION["sd3"].value[depth]


def test_flux_has_its_counted_size():
    assert flux_parameters() == DIFFUSION["flux1"].value


def test_a_latent_picture_of_stable_diffusion_is_smaller():
    value = DIFFUSION["sd1"].value
    assert latent_numbers(value["side"]) == np.prod(value["latent"])
    assert 3 * value["side"] ** 2 / latent_numbers(value["side"]) == value["fewer"]


def test_the_text_half_of_clip_in_stable_diffusion_has_its_size():
    width, layers = CLIPS["L/14"].value["text"]
    config = Config(1, width, layers, width // 64, 4 * width, 1)
    found = parameter_count(config, FAMILIES["GPT"])
    blocks = found["attention"] + found["mlp"] + found["norm"] - 2 * width
    text = (CLIP_WORDS + CLIP_LENGTH) * width + 2 * width + blocks
    assert round(text / 1e6) == DIFFUSION["sd1"].value["text"]


def test_every_figure_has_a_source():
    for figure in [*DIFFUSION.values(), *DITS.values()]:
        assert figure.source
        assert figure.where
        assert figure.url.startswith("https://")
