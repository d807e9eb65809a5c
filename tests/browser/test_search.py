"""The book's own search: sections, aliases, snippets."""

import json
import re

import pytest

ASKED = {
    "positional encoding": "attention",
    "how does a transformer work": "architecture",
    "KV cache": "attention|inference",
    "LoRA": "alignment|finetuning",
    "What is perplexity?": "foundations",
    "nucleus sampling": "generation",
    "byte pair encoding": "tokenization",
    "Adam": "training",
    "cosine similarity": "embeddings",
}


@pytest.mark.parametrize("over_file", [False, True], ids=["http", "folder"])
def test_search_leads_to_the_section(visit, over_file):
    page = visit("search.html", mount=False, over_file=over_file)
    for question, chapters in ASKED.items():
        page.locator(".bd-search-container input").fill(question)
        page.wait_for_timeout(250)
        first = page.locator("#search-results li a").first
        assert re.match(rf"(\./)?({chapters})\.html(#|$)", first.get_attribute("href"))
    page.locator(".bd-search-container input").fill("temperature")
    page.wait_for_timeout(250)
    hits = page.locator("#search-results li")
    links = [a.get_attribute("href") for a in page.locator("#search-results a").all()]
    assert "#" in links[0]
    assert not any("api" in link for link in links[:2])
    assert "System Settings" not in hits.first.inner_text()
    assert "temperature" in hits.first.locator(".context").inner_text().lower()
    page.locator(".bd-search-container input").fill("<img src=x onerror=hacked=1>")
    page.wait_for_timeout(250)
    assert not page.evaluate("'hacked' in globalThis")


def test_aliases_lead_to_pages_that_are_there(visit):
    page = visit("search.html", mount=False)
    index = json.loads(page.evaluate("JSON.stringify(sbtSearchIndex)"))
    assert len(index["aliases"]) > 40
    for page_name, _ in index["aliases"].values():
        assert page_name in index["pages"]
