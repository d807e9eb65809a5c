"""Published figures of chapter 21, with their sources."""

from sbt_jax.published.figure import Figure

_DDPM = ("Ho et al. 2020, arXiv:2006.11239", "https://arxiv.org/abs/2006.11239")
_LIN = ("Lin et al. 2023, arXiv:2305.08891", "https://arxiv.org/abs/2305.08891")
_DIT = ("Peebles & Xie 2022, arXiv:2212.09748", "https://arxiv.org/abs/2212.09748")
_SD = (
    "Rombach et al. 2021, arXiv:2112.10752, and the release",
    "https://github.com/CompVis/stable-diffusion",
)

#: Depth and width of diffusion transformers, and what one guess costs with patches of
#: 4, in billions: the paper says Gflops, the counts are of multiply-adds.
DITS = {
    name: Figure(
        {"layers": layers, "width": width, "gflops": work}, _DIT[0], "table 1", _DIT[1]
    )
    for name, layers, width, work in (
        ("S", 12, 384, 1.4),
        ("B", 12, 768, 5.6),
        ("L", 24, 1024, 19.7),
        ("XL", 28, 1152, 29.1),
    )
}

DIFFUSION = {
    # First and last variance of the added noise, and steps.
    "ddpm": Figure(
        {"first": 1e-4, "last": 0.02, "steps": 1000}, _DDPM[0], "section 4", _DDPM[1]
    ),
    # Root of what is left of the picture at the last step, and signal over noise.
    "last_steps": Figure(
        {
            "linear": (0.006353, 4.036e-5),
            "cosine": (4.928e-5, 2.429e-9),
            "Stable Diffusion": (0.068265, 0.004682),
        },
        _LIN[0],
        "table 1",
        _LIN[1],
    ),
    # First and last variance of Stable Diffusion; their roots grow evenly.
    "sd_noise": Figure(
        {"first": 0.00085, "last": 0.012},
        _SD[0],
        "configs/stable-diffusion/v1-inference.yaml",
        _SD[1],
    ),
    "first_step_visited": Figure(
        {"steps": 50, "leading": 980, "trailing": 999},
        _LIN[0],
        "table 2; without an offset",
        _LIN[1],
    ),
    # Noise of the first three steps of 18 and of the last; guesses that Heun needs.
    "edm": Figure(
        {"noises": (80.0, 57.59, 40.79, 0.002), "steps": 18, "guesses": 35},
        "Karras et al. 2022, arXiv:2206.00364",
        "equation 5 and table 1",
        "https://arxiv.org/abs/2206.00364",
    ),
    # Variances at a scale of 3: by DDIM, by DDPM, and of the sharpened density.
    "guidance": Figure(
        {"scale": 3.0, "ddim": 0.25, "ddpm": 0.3875, "sharpened": 0.5},
        "Bradley & Nakkiran 2024, arXiv:2408.09000",
        "theorem 1 and its proof",
        "https://arxiv.org/abs/2408.09000",
    ),
    "dit_xl_2": Figure(
        {"parameters": 675_129_632, "gflops": 118.6, "fid": 2.27},
        _DIT[0],
        "tables 2 and 4; parameters counted from models.py",
        _DIT[1],
    ),
    # Billions of weights by depth.
    "sd3": Figure(
        {24: 2.0, 38: 8.1},
        "Esser et al. 2024, arXiv:2403.03206",
        "sections 4.2 and 5.4",
        "https://arxiv.org/abs/2403.03206",
    ),
    "flux1": Figure(
        11_901_408_320,
        "Black Forest Labs, FLUX.1 [dev]",
        "src/flux/util.py; counted",
        "https://github.com/black-forest-labs/flux",
    ),
    # Side of an image, latent picture, scale of guidance, weights in millions.
    "sd1": Figure(
        {
            "side": 512,
            "latent": (64, 64, 4),
            "fewer": 48,
            "factor": 0.18215,
            "guidance": 7.5,
            "unet": 860,
            "text": 123,
        },
        _SD[0],
        "README and configs/stable-diffusion/v1-inference.yaml",
        _SD[1],
    ),
    # FID on CIFAR-10 by steps of DDIM; and of 10 steps with noise renewed.
    "ddim_fid": Figure(
        {10: 13.36, 20: 6.84, 50: 4.67, 100: 4.16, 1000: 4.04, "renewed, 10": 41.07},
        "Song et al. 2020, arXiv:2010.02502",
        "table 1",
        "https://arxiv.org/abs/2010.02502",
    ),
}
