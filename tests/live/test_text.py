"""The browser runtime against Python: same ids, same bytes, nothing executed."""

from pathlib import Path

import numpy as np
import pytest

from sbt_jax.tokenization import decode, decode_bytes, encode, encode_bytes, pretokenize
from sbt_jax.viz import kit
from texts import HOSTILE, live_ids, live_texts, live_tokenizer

SPEC = live_tokenizer().spec()
VIZ = Path(kit.__file__).parents[1]
ON_ALL = "(spec, texts) => {{ const t = sbt.tokenizer(spec); return texts.map({}) }}"


def test_every_part_of_the_runtime_is_loaded():
    files = [f"live/{file.name}" for file in sorted((VIZ / "live").glob("*.js"))]
    known = kit.RUNTIME + kit.TRAINER
    assert set(files) <= set(known), "name it in kit.RUNTIME or kit.TRAINER"
    assert all((VIZ / name).is_file() for name in known)


def test_ids_are_identical_on_two_thousand_texts(live_js):
    texts = live_texts()
    assert len(texts) == 2000
    assert live_js(ON_ALL.format("t.encode"), SPEC, texts) == live_ids()


def test_decoding_gives_every_text_back(live_js):
    code = ON_ALL.format("(text) => t.decode(t.encode(text))")
    assert live_js(code, SPEC, live_texts()) == live_texts()


def test_pieces_of_the_pre_tokenizer_are_identical(live_js):
    theirs = live_js(ON_ALL.format("t.pretokenize"), SPEC, live_texts())
    assert theirs == [pretokenize(text) for text in live_texts()]


def test_broken_ids_decode_to_the_same_replacement_characters(live_js):
    rng = np.random.default_rng(0)
    rows = [rng.integers(0, 300, 12).tolist() for _ in range(500)]
    rows += [list(b"\xed\xa0"), list(b"\xed\xa0\x80\xff"), list(b"\xef\xbb\xbfa")]
    theirs = live_js(ON_ALL.format("t.decode"), SPEC, rows)
    assert theirs == [decode(live_tokenizer(), row) for row in rows]


@pytest.mark.parametrize("n", [0, 1, 100, 768])
def test_replaying_the_first_merges_is_the_smaller_tokenizer(live_js, n):
    code = "(spec, texts, n) => texts.map((x) => sbt.tokenizer(spec).pieces(x, n))"
    texts = HOSTILE[2:] + live_texts()[100:120]
    smaller = live_tokenizer().first(n)
    for text, theirs in zip(texts, live_js(code, SPEC, texts, n), strict=True):
        assert [piece["id"] for piece in theirs] == encode(smaller, text)
        for piece in theirs:
            own = decode_bytes(live_tokenizer(), [piece["id"]])
            assert bytes(piece["bytes"]) == own
            try:
                assert piece["text"] == own.decode()
            except UnicodeDecodeError:
                assert piece["text"] == own.hex(" ").upper()


def test_a_part_of_a_character_is_shown_as_its_bytes(live_js):
    code = "(spec) => sbt.tokenizer(spec).pieces('😉', 0).map((p) => p.text)"
    assert live_js(code, SPEC) == ["F0", "9F", "98", "89"]


def test_five_thousand_characters_without_a_space_take_linear_steps(live_js):
    # Steps, not seconds: the merge loop looks each neighbour up a few times.
    code = """(spec, text) => {
      const count = (n) => {
        let looks = 0
        const get = Map.prototype.get
        Map.prototype.get = function (key) { looks++; return get.call(this, key) }
        sbt.tokenizer(spec).encode(text.slice(0, n))
        Map.prototype.get = get
        return looks
      }
      return [count(2500), count(5000)]
    }"""
    letters = "".join(filter(str.isalpha, " ".join(live_texts())))[:5000]
    half, whole = live_js(code, SPEC, "abstraction" * 500)
    assert whole < 2.2 * half < 2.2 * 6 * 2500
    ids = live_js("(s, x) => sbt.tokenizer(s).encode(x)", SPEC, letters)
    assert ids == encode(live_tokenizer(), letters)


def test_special_tokens_have_ids_but_typed_ones_are_text(live_js):
    code = "(s) => [sbt.tokenizer(s).special, sbt.tokenizer(s).encode('<end>')]"
    special, typed = live_js(code, SPEC)
    assert special == live_tokenizer().special_ids
    assert typed == encode_bytes(live_tokenizer(), b"<end>")
    assert special["<end>"] not in typed


def test_an_id_out_of_range_is_refused_with_the_value(live_js):
    code = """(s) => { try { sbt.tokenizer(s).decode([99999]) }
      catch (error) { return error.message } }"""
    assert live_js(code, SPEC) == "ids must be a whole number from 0 to 1024, got 99999"


def test_escaped_text_holds_no_markup_and_no_mathematics(live_js):
    for text in live_js("(texts) => texts.map(sbt.escape)", HOSTILE):
        assert not set(text) & set("<>\"'$\\\0")
    assert live_js("sbt.escape", "a<b> &\0\ud800😉") == "a&lt;b&gt; &amp;\ufffd\ufffd😉"


def test_chips_escape_text_and_note(live_js):
    html = live_js("sbt.chips", [["<b>", "60"], ["x", "&"]])
    assert html == (
        '<span class="chip c0">&lt;b&gt;<small>60</small></span>'
        '<span class="chip c1">x<small>&amp;</small></span>'
    )


def test_a_pasted_word_of_any_length_is_encoded(live_js):
    code = "(s, n) => sbt.tokenizer(s).encode('abstraction'.repeat(n)).length"
    expected = len(encode(live_tokenizer(), "abstraction" * 30_000))
    assert live_js(code, SPEC, 30_000) == expected
