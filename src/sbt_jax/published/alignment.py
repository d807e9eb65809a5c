"""Published figures of chapter 8, with their sources."""

from sbt_jax.published.figure import Figure

_INSTRUCT = ("Ouyang et al. 2022, arXiv:2203.02155",)

_INSTRUCT_URL = "https://arxiv.org/abs/2203.02155"

ALIGNMENT = {
    # Labelled and customers' prompts of the training sets: fine-tuning, reward model,
    # policy gradient.
    "prompts": Figure(
        (12_725, 33_207, 31_144),
        *_INSTRUCT,
        "table 6, training rows summed",
        _INSTRUCT_URL,
    ),
    # Billions of parameters: the answers of the first were preferred to the second's.
    "preferred": Figure((1.3, 175), *_INSTRUCT, "abstract", _INSTRUCT_URL),
    # Principles that critiques and revisions are drawn from.
    "principles": Figure(
        16,
        "Bai et al. 2022, arXiv:2212.08073",
        "section 3 and appendix C.1",
        "https://arxiv.org/abs/2212.08073",
    ),
}
