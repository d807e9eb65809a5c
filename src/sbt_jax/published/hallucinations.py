"""Published figures of chapter 13, with their sources."""

from sbt_jax.published.figure import Figure

SIMPLEQA = "https://arxiv.org/abs/2411.04368"
KALAI = "https://arxiv.org/abs/2509.04664"

HALLUCINATIONS = {
    # Percent of SimpleQA: correct, not attempted, incorrect; and the F-score.
    "simpleqa": Figure(
        {
            "GPT-4o": (38.2, 1.0, 60.8, 38.4),
            "o1-preview": (42.7, 9.2, 48.1, 44.8),
            "Claude 3.5 Sonnet": (28.9, 35.0, 36.1, 35.0),
            "o1-mini": (8.1, 28.5, 63.4, 9.4),
        },
        "Wei et al. 2024, arXiv:2411.04368",
        "table of models by correct, not attempted, incorrect",
        SIMPLEQA,
    ),
    # Percent of SimpleQA: correct, not attempted, incorrect.
    "simpleqa_gpt5": Figure(
        {"o4-mini": (24, 1, 75), "gpt-5-thinking-mini": (22, 52, 26)},
        "OpenAI 2025, Why language models hallucinate",
        "table of SimpleQA",
        "https://openai.com/index/why-language-models-hallucinate/",
    ),
    # By confidence target: what a mistake costs.
    "penalties": Figure(
        {0.5: 1, 0.9: 9},
        "Kalai et al. 2025, arXiv:2509.04664",
        "section 4.2",
        KALAI,
    ),
    # The first version prints 2 for a target of 0.75, where the formula gives 3.
    "penalty_printed": Figure(
        {0.75: 2},
        "Kalai et al. 2025, arXiv:2509.04664v1",
        "section 4.2",
        "https://arxiv.org/abs/2509.04664v1",
    ),
    # Benchmarks that were looked at, and those that give silence nothing.
    "benchmarks": Figure(
        {"asked": 10, "nothing for silence": 9},
        "Kalai et al. 2025, arXiv:2509.04664",
        "table 2",
        KALAI,
    ),
    # Percent, CIFAR-100, ResNet-110, 15 bins: before and after temperature scaling.
    "guo": Figure(
        {"before": 16.53, "after": 1.26},
        "Guo et al. 2017, arXiv:1706.04599",
        "table 1",
        "https://arxiv.org/abs/1706.04599",
    ),
    # Calibration error on questions with choices: before and after its tuning.
    "gpt4": Figure(
        {"before": 0.007, "after": 0.074},
        "OpenAI 2023, arXiv:2303.08774",
        "figure 8",
        "https://arxiv.org/abs/2303.08774",
    ),
    # AUROC of finding wrong answers, over models and data sets.
    "semantic": Figure(
        {"semantic entropy": 0.790, "naive entropy": 0.691, "P(True)": 0.698},
        "Farquhar et al. 2024, Nature 630",
        "Detecting confabulations in QA and math",
        "https://doi.org/10.1038/s41586-024-07421-0",
    ),
    # The example of its documentation: 2 bins, norms l1, l2, max.
    "torchmetrics": Figure(
        {
            "confidence": (0.25, 0.25, 0.55, 0.75, 0.75),
            "right": (0, 0, 1, 1, 1),
            "l1": 0.2900,
            "l2": 0.2918,
            "max": 0.3167,
        },
        "torchmetrics",
        "src/torchmetrics/classification/calibration_error.py, BinaryCalibrationError",
        "https://github.com/Lightning-AI/torchmetrics",
    ),
}
