"""Published figures of chapter 11, with their sources."""

from sbt_jax.published.figure import Figure

_TAU = "Yao et al. 2024, arXiv:2406.12045; README of sierra-research/tau-bench"
_TAU_AT = "https://github.com/sierra-research/tau-bench"
_CAMEL = "Debenedetti et al. 2025, arXiv:2503.18813"

AGENTS = {
    # Share of retail tasks solved in all of 1, 2, 3, 4 tries.
    "tau_gpt4o": Figure(
        (0.604, 0.491, 0.430, 0.383), _TAU, "leaderboard, retail, TC (gpt-4o)", _TAU_AT
    ),
    "tau_sonnet": Figure(
        (0.692, 0.576, 0.509, 0.462),
        _TAU,
        "leaderboard, retail, TC (claude-3-5-sonnet-20241022)",
        _TAU_AT,
    ),
    # Percent right on HotpotQA and FEVER, PaLM-540B.
    "react": Figure(
        {
            "Standard": (28.7, 57.1),
            "CoT": (29.4, 56.3),
            "CoT-SC": (33.4, 60.4),
            "Act": (25.7, 58.9),
            "ReAct": (27.4, 60.9),
            "CoT-SC to ReAct": (34.2, 64.6),
            "ReAct to CoT-SC": (35.1, 62.0),
        },
        "Yao et al. 2022, arXiv:2210.03629",
        "table 1",
        "https://arxiv.org/abs/2210.03629",
    ),
    # Percent of AgentDojo tasks solved; times the input tokens.
    "camel": Figure(
        {"gated": 77, "undefended": 84, "tokens": 2.82},
        _CAMEL,
        "abstract and section 6; read in secondary sources",
        "https://arxiv.org/abs/2503.18813",
    ),
    # Defences that attackers who knew them broke, and in most of them so often.
    "attacker": Figure(
        {"defences": 12, "above": 90},
        "Nasr, Carlini et al. 2025, arXiv:2510.09023",
        "abstract",
        "https://arxiv.org/abs/2510.09023",
    ),
    # Minutes of tasks that Claude 3.7 Sonnet solved in half, and in 80 % of cases.
    "metr": Figure(
        {"half": 59, "most": 15},
        "Kwa et al. 2025, arXiv:2503.14499",
        "50 % and 80 % time horizons",
        "https://arxiv.org/abs/2503.14499",
    ),
}
