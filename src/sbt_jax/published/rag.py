"""Published figures of chapter 10, with their sources."""

from sbt_jax.published.figure import Figure

ELASTIC = (
    "https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-explain"
)
LIMIT = ("Weller et al. 2025", "https://arxiv.org/abs/2508.21038")
ANTHROPIC = "https://www.anthropic.com/engineering/contextual-retrieval"

RAG = {
    # One word, once in one of five documents of 5.4 words on average; this has three.
    "explained": Figure(
        {
            "boost": 2.2,
            "idf": 1.3862944,
            "tf": 0.5555556,
            "score": 1.6943598,
            "documents": 5,
            "holding": 1,
            "length": 3,
            "mean": 5.4,
        },
        "Elasticsearch",
        "Explain API, example of a response",
        ELASTIC,
    ),
    "readme": Figure(
        (0.0, 0.93729472, 0.0),
        "rank_bm25",
        "README, BM25Okapi, “windy London”",
        "https://github.com/dorianbrown/rank_bm25",
    ),
    "gains": Figure(
        (3, 2, 3, 0, 0, 1, 2, 2, 3, 0),
        "Järvelin & Kekäläinen 2002",
        "section 2.1, G'",
        "https://doi.org/10.1145/582415.582418",
    ),
    "discounted": Figure(
        (3, 5, 6.89, 6.89, 6.89, 7.28, 7.99, 8.66, 9.61, 9.61),
        "Järvelin & Kekäläinen 2002",
        "section 2.1, DCG'",
        "https://doi.org/10.1145/582415.582418",
    ),
    # By width of the vectors: the most documents of which all pairs can be on top.
    "critical": Figure(
        {4: 10, 5: 14, 6: 19, 7: 24, 8: 28}, LIMIT[0], "table 6", LIMIT[1]
    ),
    "limit_recall": Figure(
        {"BM25": 0.936, "single vectors, at most": 0.189, "ModernColBERT": 0.548},
        LIMIT[0],
        "recall at 100 on LIMIT",
        LIMIT[1],
    ),
    # Questions whose passage is not among the first twenty.
    "contextual": Figure(
        {"plain": 0.057, "vectors": 0.037, "and BM25": 0.029, "and reranked": 0.019},
        "Anthropic 2024",
        "Introducing Contextual Retrieval",
        ANTHROPIC,
    ),
    "contextual_less": Figure(
        (0.35, 0.49, 0.67),
        "Anthropic 2024",
        "Introducing Contextual Retrieval",
        ANTHROPIC,
    ),
    "contextual_cost": Figure(
        {
            "dollars": 1.02,
            "chunk": 800,
            "document": 8000,
            "instructions": 50,
            "context": 100,
            "input": 0.25,
            "cache write": 0.30,
            "cache read": 0.03,
            "output": 1.25,
        },
        "Anthropic 2024",
        "Introducing Contextual Retrieval, cost of a million tokens of documents",
        ANTHROPIC,
    ),
    "fits": Figure(
        200_000, "Anthropic 2024", "Introducing Contextual Retrieval, tokens", ANTHROPIC
    ),
    "legal": Figure(
        (0.17, 0.33),
        "Magesh et al. 2025",
        "abstract",
        "https://doi.org/10.1111/jels.12413",
    ),
    "colbert_bytes": Figure(
        {"plain": 256, "number of a center": 4, "rest": (16, 32)},
        "Santhanam et al. 2021",
        "section 3.3",
        "https://arxiv.org/abs/2112.01488",
    ),
}
