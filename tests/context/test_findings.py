"""What the page of chapter 9 says of results."""

import re
from pathlib import Path

import pytest

from sbt_jax.checkpoints import read_table
from sbt_jax.context import findings, findings_real

PAGE = Path(__file__).parents[2] / "book" / "context.md"
TABLES = ("context_windows", "context_chats", "context_needles", "real_context")


@pytest.fixture(scope="module")
def tables():
    return dict(zip(TABLES, map(read_table, TABLES), strict=True))


def test_every_number_of_the_page_is_found_and_said_in_words(tables):
    windows, chats, needles, real = tables.values()
    found = {
        **findings.findings(windows, chats),
        **findings.needle_findings(needles),
        **findings.published_findings(),
        **findings_real.real_findings(real, read_table("real_attention")),
    }
    assert all(isinstance(text, str) for text in found.values())
    told = set(re.findall(r"\{glue:text\}`(\w+)`", PAGE.read_text("utf8")))
    assert told <= set(found)


def test_what_the_page_claims_holds(tables):
    windows, chats, _, real = tables.values()
    held = findings.claims(windows, chats) | findings_real.real_claims(real)
    assert all(held.values()), [name for name, holds in held.items() if not holds]


def test_a_claim_that_no_longer_holds_is_seen(tables):
    windows, chats, _, real = tables.values()
    sunk = windows | {"sinks": [[0.6]]}
    assert not findings.claims(sunk, chats)["main has no sink"]
    rows = {"32": {"0": 2.5, "4": 2.4}}
    calm = real | {"windows": rows, "all": 2.3}
    assert not findings_real.real_claims(calm)["a window without sinks breaks it"]


def test_prices_of_the_start_are_above_all_in_view(tables):
    windows, _, _, real = tables.values()
    found = findings_real.price_of_the_start(windows, real)
    assert list(found) == ["main", "SmolLM2"]
    for rows in found.values():
        assert all(len(row) == 3 for row in rows.values())
    assert found["SmolLM2"]["32"][0] == real["windows"]["32"]["0"] - real["all"]


def test_keys_of_a_table_go_by_their_size():
    assert findings.in_order({"256": 1, "8": 2, "16": 3}) == ["8", "16", "256"]
