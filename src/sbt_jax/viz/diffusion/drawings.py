"""The diagrams of chapter 21."""

from sbt_jax.viz.parts.diagram import Drawing


def one_step() -> str:
    """Guess the clean picture, go a little towards it, and guess again."""
    d = Drawing(columns=3, rows=2, width=520, row=78, gap=34)
    now = d.box(0, 0, "noisy picture")
    guess = d.box(1, 0, "guess", note="the clean picture", kind="accent")
    less = d.box(2, 0, "less noisy", kind="good")
    prompt = d.box(1, 1, "prompt and time", kind="quiet")
    d.arrow(now, guess)
    d.arrow(guess, less)
    d.arrow(prompt, guess)
    d.label(2, 1, "and again", "muted")
    return d.svg()


def text_to_image() -> str:
    """The parts of Stable Diffusion 1."""
    d = Drawing(columns=4, rows=2, width=560, row=104, gap=22)
    words = d.box(0, 1, "prompt")
    clip = d.box(1, 1, "CLIP, text half")
    noise = d.box(0, 0, "noise", note="64 × 64 × 4")
    unet = d.box(1, 0, "U-Net", note="erases, many times", kind="accent")
    latent = d.box(2, 0, "latent", note="64 × 64 × 4")
    image = d.box(3, 0, "image", note="512 × 512 × 3", kind="good")
    d.arrow(words, clip)
    d.arrow(clip, unet)
    d.arrow(noise, unet)
    d.arrow(unet, latent)
    d.arrow(latent, image)
    d.label(3, 1, "a decoder draws it", "muted")
    return d.svg()


def two_networks() -> str:
    """A U-Net beside a diffusion transformer."""
    d = Drawing(columns=4, rows=2, width=560, row=104, gap=22)
    fine = d.box(0, 0, "U-Net", kind="accent")
    coarse = d.box(1, 0, "shrink", note="near parts")
    back = d.box(2, 0, "coarse", note="the whole")
    out = d.box(3, 0, "enlarge", note="and join")
    for one, two in ((fine, coarse), (coarse, back), (back, out)):
        d.arrow(one, two)
    fine = d.box(0, 1, "DiT", kind="accent")
    coarse = d.box(1, 1, "patches", note="as tokens")
    back = d.box(2, 1, "blocks", note="all look at all")
    out = d.box(3, 1, "put together")
    for one, two in ((fine, coarse), (coarse, back), (back, out)):
        d.arrow(one, two)
    return d.svg()
