"""Chapter 2 against its peers: training and encoding, 1 and 10 MB of text.

Every figure is the median of runs in which ours and the peers take turns. All
times start at the text as a string and include cutting it into words.
"""

import json
import sysconfig
from pathlib import Path
from typing import Any

import tiktoken
import tokenizers
from tests.benchmarks.timing import seconds

from sbt_jax.tokenization import (
    Tokenizer,
    encode,
    reference_text,
    train,
    train_naive,
)

NAIVE_MERGES = 8  # the naive trainer would need minutes for 512


def prose(size: int) -> str:
    """The Python reference, then the standard library's files, cut at ``size``."""
    texts, length = [reference_text()], len(reference_text())
    for path in sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py")):
        if length >= size:
            break
        if "site-packages" not in path.parts:
            texts.append(path.read_text("utf-8", errors="replace"))
            length += len(texts[-1])
    return "".join(texts)[:size]


def hugging_face(text: str, num_merges: int) -> tokenizers.Tokenizer:
    """Their trainer on the lines of the text, with its own threads."""
    model = tokenizers.Tokenizer(tokenizers.models.BPE())
    model.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=256 + num_merges,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    model.train_from_iterator(text.splitlines(keepends=True), trainer)
    return model


def tiktoken_with(merges: Tokenizer) -> tiktoken.Encoding:
    """Their encoder with GPT-2's pattern and our merges."""
    ranks = {token: i for i, token in enumerate(merges.token_bytes)}
    pattern = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
    return tiktoken.Encoding(
        "ours", pat_str=pattern, mergeable_ranks=ranks, special_tokens={}
    )


def row(
    name: str, size: str, unit: str, ours: float, peer: float, peer_name: str
) -> dict[str, Any]:
    """One line of the report; a ratio above 1 means that ours is faster."""
    ratio = peer / ours if unit == "s" else ours / peer
    found = {"name": name, "ours": round(ours, 3), "peer": round(peer, 3)}
    return found | {
        "peer_name": peer_name,
        "ratio": round(ratio, 2),
        "unit": unit,
        "size": size,
    }


def training(text: str, size: str) -> list[dict[str, Any]]:
    """Seconds to learn a tokenizer."""
    found = []
    for n in (512, 4096):
        times = seconds(lambda n=n: train(text, n), lambda n=n: hugging_face(text, n))
        found.append(row(f"train, {n} merges", size, "s", *times, "HF tokenizers"))
    return found


def naive_training(text: str, size: str) -> list[dict[str, Any]]:
    """The trainer that counts everything again; a few merges take seconds."""
    n = NAIVE_MERGES
    times = seconds(lambda: train(text, n), lambda: train_naive(text, n))
    return [row(f"train, {n} merges", size, "s", *times, "train_naive")]


def encoding(text: str, size: str) -> list[dict[str, Any]]:
    """Megabytes of text encoded in a second, with 4,096 merges."""
    warm = train(text, 4096)
    peers = {"tiktoken": tiktoken_with(warm), "HF": hugging_face(text, 4096)}
    lines = text.splitlines(keepends=True)
    encode(warm, text)
    times = seconds(
        lambda: encode(Tokenizer(warm.merges), text),  # a new one has no words yet
        lambda: encode(warm, text),
        lambda: peers["tiktoken"].encode_ordinary(text),
        lambda: peers["HF"].encode_batch(lines),
    )
    megabytes = len(text.encode()) / 1e6
    cold_, warm_, tiktoken_, hf_ = (megabytes / t for t in times)
    return [
        row(f"encode, {cache} cache", size, "MB/s", ours, theirs, name)
        for cache, ours in (("cold", cold_), ("warm", warm_))
        for name, theirs in (("tiktoken", tiktoken_), ("HF encode_batch", hf_))
    ]


def rows(quick: bool = False, smoke: bool = False) -> list[dict[str, Any]]:
    """Every measurement of this chapter; the 10 MB ones unless ``quick``."""
    text = prose(10**5 if smoke else 10**6 if quick else 10**7)
    small = text[: 10**6]
    size = f"{len(small) / 1e6:g} MB"
    found = [
        *naive_training(small, size),
        *training(small, size),
        *encoding(small, size),
    ]
    if not quick and not smoke:
        found += [*training(text, "10 MB"), *encoding(text, "10 MB")]
    return found


if __name__ == "__main__":
    for line in rows():
        print(json.dumps(line))
