"""Published figures of chapter 12, with their sources."""

from sbt_jax.published.figure import Figure

PROMPTING = {
    # Percent right of text-davinci-002: asked, with the phrase, with eight examples
    # that show steps.
    "kojima_multiarith": Figure(
        {"asked": 17.7, "phrase": 78.7, "eight examples": 93.0},
        "Kojima et al. 2022, arXiv:2205.11916",
        "abstract and table 2",
        "https://arxiv.org/abs/2205.11916",
    ),
    "kojima_gsm8k": Figure(
        {"asked": 10.4, "phrase": 40.7, "eight examples": 48.7},
        "Kojima et al. 2022, arXiv:2205.11916",
        "abstract and table 2",
        "https://arxiv.org/abs/2205.11916",
    ),
    # Percent right: examples with answers, examples with steps.
    "wei_gsm8k": Figure(
        {"PaLM-540B": (17.9, 56.9), "PaLM-8B": (4.9, 4.1)},
        "Wei et al. 2022, arXiv:2201.11903",
        "table 2",
        "https://arxiv.org/abs/2201.11903",
    ),
    "wei_svamp": Figure(
        {"PaLM-540B": (69.4, 79.0)},
        "Wei et al. 2022, arXiv:2201.11903",
        "table 2",
        "https://arxiv.org/abs/2201.11903",
    ),
    # Percent of GSM8K right: one answer, and the most frequent of 40.
    "wang_gsm8k": Figure(
        {"PaLM-540B": (56.5, 74.4), "code-davinci-002": (60.1, 78.0)},
        "Wang et al. 2022, arXiv:2203.11171",
        "table 2",
        "https://arxiv.org/abs/2203.11171",
    ),
    # Up to so many points between formats of one prompt, LLaMA-2-13B.
    "sclar_points": Figure(
        76,
        "Sclar et al. 2023, arXiv:2310.11324",
        "abstract",
        "https://arxiv.org/abs/2310.11324",
    ),
    # An input that says nothing: so likely is "Positive", in percent.
    "zhao_positive": Figure(
        61.8,
        "Zhao et al. 2021, arXiv:2102.09690",
        "contextual calibration",
        "https://arxiv.org/abs/2102.09690",
    ),
    # The prompt said twice: won, lost, of so many pairs of model and test.
    "leviathan_twice": Figure(
        {"won": 47, "lost": 0, "of": 70},
        "Leviathan et al. 2025, arXiv:2512.14982",
        "abstract",
        "https://arxiv.org/abs/2512.14982",
    ),
    # Percent of answers that keep to a JSON schema: with a mask; the most without.
    "openai_schema": Figure(
        {"mask": 100, "below": 40},
        "OpenAI 2024, Introducing Structured Outputs in the API",
        "evals of complex JSON schema following; without: gpt-4-0613",
        "https://openai.com/index/introducing-structured-outputs-in-the-api/",
    ),
    # Questions of which most are easy: voting first helps, then hurts.
    "chen_mixture": Figure(
        {"easy": (0.6, 0.85), "hard": (0.4, 0.40)},
        "Chen et al. 2024, arXiv:2403.02419",
        "abstract: up, then down; the shares are ours",
        "https://arxiv.org/abs/2403.02419",
    ),
}
