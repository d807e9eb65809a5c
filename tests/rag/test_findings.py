"""What the page of chapter 10 says of results, on small tables and on the shipped."""

import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.rag import findings

READING = {
    "by number": [
        {
            "1": {"places": [[4, 4]], "absent": 2, "said so": 2},
            "3": {"places": [[1, 1], [2, 1], [1, 1]], "absent": 4, "said so": 3},
        }
    ],
}


def test_places_and_refusals_are_summed_over_seeds():
    found = findings.by_number([*READING["by number"], *READING["by number"]])
    assert found == {1: (1.0, 1.0), 3: (0.75, 0.75)}


def test_an_answer_counts_if_it_names_the_right_town_only():
    rows = [
        {"named": ["Kirby"], "right": "Kirby"},
        {"named": ["Kirby", "Oakham"], "right": "Kirby"},
        {"named": [], "right": "Kirby"},
        {"named": ["Oakham"], "right": "Kirby"},
    ]
    assert findings.real_shares({"notes": {"4": rows}}) == {4: 0.25}


@pytest.mark.parametrize(
    ("name", "found", "held"),
    [
        ("rag", findings.findings, findings.claims),
        ("rag_reading", findings.reading_findings, findings.reading_claims),
        ("real_rag", findings.real_findings, findings.real_claims),
    ],
)
def test_what_is_shipped_says_what_the_page_says(name, found, held):
    table = read_table(name)
    assert all(isinstance(text, str) and text for text in found(table).values())
    assert all(held(table).values()), held(table)
