"""The diagrams of chapter 21."""

from sbt_jax.viz.parts.diagram import Drawing


def one_step() -> str:
    """Guess the clean picture, go a little towards it, and guess again."""
    d = Drawing(columns=3, rows=2, width=520, row=78, gap=34)
    now = d.box(0, 0, "noisy picture")
    guess = d.box(1, 0, "guess", note="the clean picture", kind="accent")
    less = d.box(2, 0, "less noisy", kind="good")
    prompt = d.box(0, 1, "prompt and time", kind="quiet")
    again = d.box(2, 1, "and again", kind="quiet")
    d.arrow(now, guess)
    d.arrow(guess, less)
    d.arrow(prompt, guess)
    d.arrow(less, again)
    d.arrow(again, guess)
    return d.svg()


def text_to_image() -> str:
    """The parts of Stable Diffusion 1."""
    d = Drawing(columns=4, rows=2, width=560, row=104, gap=22)
    words = d.box(0, 1, "prompt")
    clip = d.box(1, 1, "CLIP, text half")
    noise = d.box(0, 0, "noise", note="64 × 64 × 4")
    unet = d.box(1, 0, "U-Net", note="erases, many times", kind="accent")
    latent = d.box(2, 0, "latent", note="64 × 64 × 4")
    decoder = d.box(2, 1, "decoder", note="draws it large")
    image = d.box(3, 1, "image", note="512 × 512 × 3", kind="good")
    d.arrow(words, clip)
    d.arrow(clip, unet)
    d.arrow(noise, unet)
    d.arrow(unet, latent)
    d.arrow(latent, decoder)
    d.arrow(decoder, image)
    return d.svg()


def two_networks() -> str:
    """A U-Net beside a diffusion transformer."""
    d = Drawing(columns=4, rows=3, width=560, row=92, gap=22)
    name = d.box(0, 0, "U-Net", kind="accent")
    down = d.box(1, 0, "shrink", note="near parts")
    coarse = d.box(2, 0, "coarse", note="the whole")
    up = d.box(3, 0, "enlarge", note="and join")
    bridge = d.box(2, 1, "bridge", note="fine details", kind="quiet")
    for one, two in ((name, down), (down, coarse), (coarse, up)):
        d.arrow(one, two)
    d.arrow(down, bridge)
    d.arrow(bridge, up)
    name = d.box(0, 2, "DiT", kind="accent")
    cut = d.box(1, 2, "patches", note="as tokens")
    blocks = d.box(2, 2, "blocks", note="all see all")
    out = d.box(3, 2, "put together")
    for one, two in ((name, cut), (cut, blocks), (blocks, out)):
        d.arrow(one, two)
    return d.svg()
