"""Texts that are hard on a tokenizer, for node and for the browser."""

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sbt_jax.tokenization import Tokenizer, encode, reference_text, train

#: What readers paste, and what they should not be able to do.
HOSTILE = [
    "",
    "x" * 5000,
    "👩‍👩‍👧‍👦 👩🏽‍🚀🏳️‍🌈 ❤️ 1️⃣",
    "שלום עולם, مرحبا بالعالم \u202eabc\u202c",
    "e\u0301 Z\u0351\u036b\u0343a\u0328\u0301 한국어 日本語、テキスト。 ไทย हिन्दी",
    "NUL \0 and \x01\x1f\x7f\x85\u2028\u2029\u00a0\u3000\ufeff",
    "\ud800 and \udfff alone, \udc00\ud800 swapped",
    "<script>globalThis.hacked = 1</script>",
    '<img src=x onerror="globalThis.hacked = 1"> & &amp; \'',
    "$$e^{i\\pi}$$ \\(x\\) \\[y\\] `{{x}}` ${x}",
    "We'll say it's  what they've\tgot\r\n\r\n   and 3.14159265 <end>",
    "\U0001d4d0\U00020000\U000effff\U0010ffff",
]

#: Any string, lone surrogates too.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
WORDS = st.sampled_from(["", "the", "statement's", "10", ",", "\n\n", "def", "😉", "é"])
MIXED = st.lists(WORDS | ANY_TEXT | st.sampled_from(HOSTILE[2:]), max_size=8)
TEXTS = ANY_TEXT | MIXED.map(" ".join)


@cache
def live_tokenizer() -> Tokenizer:
    """A tokenizer with real merges: 768, of the Python language reference."""
    return train(reference_text(), 768, special_tokens=["<end>"])


@cache
def live_texts(count: int = 2000) -> list[str]:
    """The hostile texts, then generated ones, the same on every run.

    JavaScript cannot tell two surrogates that follow each other from the one
    character that they make, so such pairs are that character here.
    """
    found = dict.fromkeys(HOSTILE)

    @settings(
        max_examples=2 * count,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TEXTS)
    def collect(text: str) -> None:
        units = text.encode("utf-16-le", "surrogatepass")
        found.setdefault(units.decode("utf-16-le", "surrogatepass"))

    collect()
    return list(found)[:count]


def live_ids(count: int = 2000) -> list[list[int]]:
    """The ids that Python gives to each of :func:`live_texts`."""
    return [encode(live_tokenizer(), text) for text in live_texts(count)]
