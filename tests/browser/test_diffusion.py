"""The figures of chapter 21 in a browser: noise is erased as Python erases it."""

import numpy as np
import pytest

from sbt_jax.shipped import noise
from sbt_jax.viz.diffusion import board, copies

pytestmark = [
    pytest.mark.usefixtures("unchecked"),
    pytest.mark.page("diffusion.html"),
]

TITLES = {
    "erase": "noise erased, in sixteenths of the way",
    "copied": "Known pictures",
    "told": "A prompt",
    "bells": "guidance on the line",
}


@pytest.fixture
def page(held):
    """The page, with its live figures at hand; they are drawn anew afterwards."""
    page = held(**TITLES)
    extra = """(name) => {
      globalThis[name].pictures = () =>
        Array.from(globalThis[name].data("image").image, (one) => Array.from(one))
    }"""
    for name in TITLES:
        page.evaluate(extra, name)
    return page


def settled(page, name):
    page.wait_for_timeout(400)
    page.evaluate(f"probe.settled({name}.i)")
    return page.evaluate(f"{name}.line.text")


def pictures(page, name):
    return np.array(page.evaluate(f"{name}.pictures()"))


def inked(picture):
    return board.inked(picture).reshape(-1)


def test_noise_is_erased_as_python_erases_it(page):
    page.evaluate(
        """() => {
          erase.by("Digit").active = 7
          erase.by("Noise").active = 4
          erase.by("noise erased, in sixteenths of the way").value = 16
        }"""
    )
    said = settled(page, "erase")
    end = noise.network_path(noise.starts(6), noise.prompts()[7])[-1, 4]
    np.testing.assert_allclose(pictures(page, "erase")[0], inked(end), atol=2e-3)
    assert said.startswith("After 16 of 16 steps. The picture alone could be a 7")


def test_one_giant_step_gives_the_same_picture_from_any_noise(page):
    page.evaluate(
        """() => {
          erase.by("Steps").active = 0
          erase.by("noise erased, in sixteenths of the way").value = 16
        }"""
    )
    settled(page, "erase")
    one = pictures(page, "erase")[0]
    page.evaluate('erase.by("Noise").active = 5')
    settled(page, "erase")
    assert np.abs(one - pictures(page, "erase")[0]).mean() < 0.1


def test_the_copier_copies_whatever_is_known(page):
    for at, known in enumerate(copies.KNOWN[:2]):
        page.evaluate(f'copied.by("Known pictures").active = {at}')
        said = settled(page, "copied")
        assert f"the nearest of {known} known pictures" in said
        assert "perfect for the known pictures: 0.00" in said
        shown = pictures(page, "copied")
        np.testing.assert_allclose(shown[0], shown[1], atol=0.02)


def test_prompts_are_read_as_chapter_15_reads_them(page):
    for text, wanted in (
        ("a blue seven", "Read: a blue seven."),
        ("", "No prompt: any digit may come."),
        ("hello", "No word of it is known (hello)"),
        ("<img src=x onerror=alert(1)> 😀", "Read: one. Unknown: <, img"),
        ("8 " * 2500, "Read: eight eight"),
    ):
        page.evaluate(
            """(value) => told.by("A prompt").setv({value, value_input: value})""", text
        )
        assert settled(page, "told").startswith(wanted)
    page.evaluate(
        """() => {
          told.by("A prompt").setv({value: "a seven", value_input: "a seven"})
          told.by("scale of guidance").value = 2
        }"""
    )
    settled(page, "told")
    made = noise.network_path(noise.starts(24)[:6], noise.prompts()[7], 2.0)[-1]
    ours = np.stack([inked(p) for p in made])
    np.testing.assert_allclose(pictures(page, "told")[6:], ours, atol=5e-3)


def test_the_bells_follow_the_slider(page):
    page.evaluate('bells.by("guidance on the line").value = 1')
    assert "guided 1.00 with the old noise" in settled(page, "bells")
