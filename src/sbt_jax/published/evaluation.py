"""Published figures of chapter 16, with their sources."""

from sbt_jax.published.figure import Figure

MMLU = "https://arxiv.org/abs/2009.03300"
CODEX = "https://arxiv.org/abs/2107.03374"
MILLER = "https://arxiv.org/abs/2411.00640"

EVALUATION = {
    # Questions: all, in the test as the paper has it, and as released; subjects.
    "mmlu": Figure(
        {"questions": 15_908, "test": 14_079, "released": 14_042, "subjects": 57},
        "Hendrycks et al. 2020, arXiv:2009.03300",
        "section 3; the released file has fewer",
        MMLU,
    ),
    # Percent right of MMLU.
    "mmlu_scores": Figure(
        {"Chinchilla": 67.5, "Gopher": 60.0, "GPT-3": 43.9, "GPT-2": 32.4},
        "Hoffmann et al. 2022, arXiv:2203.15556; Hendrycks et al. 2020",
        "table 6; table 1",
        "https://arxiv.org/abs/2203.15556",
    ),
    # One model, one test, scored by three programs.
    "scorings": Figure(
        {
            "llama-30b": (0.583, 0.457, 0.584),
            "falcon-40b": (0.571, 0.527, 0.558),
        },
        "Fourrier et al. 2023, What's going on with the Open LLM Leaderboard?",
        "table: HELM, harness of January 2023, original",
        "https://huggingface.co/blog/evaluating-mmlu-leaderboard",
    ),
    # Percent of wrong questions: all of those looked at, and in virology.
    "redux": Figure(
        {"all": 6.49, "virology": 57},
        "Gema et al. 2024, arXiv:2406.04127",
        "abstract",
        "https://arxiv.org/abs/2406.04127",
    ),
    # Problems; percent of Codex-12B at k of 1, 10 and 100.
    "humaneval": Figure(
        {"problems": 164, 1: 28.81, 10: 46.81, 100: 72.31},
        "Chen et al. 2021, arXiv:2107.03374",
        "table 1",
        CODEX,
    ),
    # Percent that scores fell by at most, with many more tests.
    "humaneval_plus": Figure(
        (19.3, 28.9),
        "Liu et al. 2023, arXiv:2305.01210",
        "abstract",
        "https://arxiv.org/abs/2305.01210",
    ),
    # The example of Elo that Wikipedia gives: rating, results, opponents' ratings.
    "elo_wikipedia": Figure(
        {
            "rating": 1613,
            "opponents": (1609, 1477, 1388, 1586, 1720),
            "scores": (0, 0.5, 1, 1, 0),
            "expected": (0.506, 0.686, 0.785, 0.539, 0.351),
            "new": 1601,
        },
        "Wikipedia, Elo rating system",
        "mathematical details",
        "https://en.wikipedia.org/wiki/Elo_rating_system",
    ),
    # Wins of row over column among four, and their strengths.
    "bradley_terry_wikipedia": Figure(
        {
            "wins": ((0, 2, 0, 1), (3, 0, 5, 0), (0, 3, 0, 1), (4, 0, 3, 0)),
            "strengths": (0.640, 1.043, 0.660, 2.270),
        },
        "Wikipedia, Bradley–Terry model",
        "worked example",
        "https://en.wikipedia.org/wiki/Bradley%E2%80%93Terry_model",
    ),
    # A rating, its variance, and the interval that is printed.
    "arena_rank": Figure(
        {"rating": 1124.07, "variance": 10.8542, "interval": (1117.61, 1130.53)},
        "arena-rank, README",
        "output of the example",
        "https://github.com/lmarena/arena-rank",
    ),
    # Questions and percent right, and the standard error in points.
    "errors": Figure(
        {
            "MMLU": (14_042, 70, 0.39),
            "HumanEval": (164, 50, 3.9),
            "GPQA Diamond": (198, 70, 3.3),
            "SWE-bench Verified": (500, 80, 1.8),
            "AIME": (30, 50, 9.1),
        },
        "by Miller 2024, arXiv:2411.00640",
        "section 2.1, from published numbers of questions",
        MILLER,
    ),
    # Clustered over naive standard error, DROP.
    "clustered": Figure(3.05, "Miller 2024, arXiv:2411.00640", "table 1", MILLER),
    # Percent: agreement of GPT-4 with people, of people; consistent in both orders.
    "judges": Figure(
        {"GPT-4": 85, "people": 81, "consistent": 65.0},
        "Zheng et al. 2023, arXiv:2306.05685",
        "abstract and tables 2 and 5",
        "https://arxiv.org/abs/2306.05685",
    ),
    # Percent of GPQA: experts, and skilled others with the web at hand.
    "gpqa": Figure(
        {"experts": 65, "others": 34},
        "Rein et al. 2023, arXiv:2311.12022",
        "abstract",
        "https://arxiv.org/abs/2311.12022",
    ),
    # Problems audited, of how many, and those with flawed tests by kind.
    "swe_audit": Figure(
        {"audited": 138, "of": 500, "flawed": (49, 26, 7), "percent": 59.4},
        "OpenAI, 23 February 2026",
        "Why SWE-bench Verified no longer measures frontier coding capabilities",
        "https://openai.com/index/why-we-no-longer-evaluate-swe-bench-verified/",
    ),
    # Private variants of one provider before a release.
    "variants": Figure(
        27,
        "Singh et al. 2025, arXiv:2504.20879",
        "abstract",
        "https://arxiv.org/abs/2504.20879",
    ),
}
