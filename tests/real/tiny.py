"""GGUF files made here: a writer, and a tiny model of SmolLM2's kind."""

import struct
from pathlib import Path
from typing import Any

import numpy as np

from sbt_jax.tokenization import train

TEXT = (
    "The capital of France is Paris. The capital of Italy is Rome. "
    "He said: it's 10 past 3, isn't it? The cat sat on the mat, and the dog sat too. "
    "We'll see whether the others have been there; they have not, they say.\n"
) * 3
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
LACKING = (4, 6, 19, 245, 255)  # bytes that the vocabulary has not

# -- Numbers: what is written, and what it stands for in 64 bits ---------------


def _f32(x):
    x = x.astype("<f4")
    return x.tobytes(), x


def _f16(x):
    x = x.astype("<f2")
    return x.tobytes(), x


def _bf16(x):
    upper = x.astype("<f4").view("<u4") >> 16
    return upper.astype("<u2").tobytes(), (upper << 16).astype("<u4").view("<f4")


def _blocks(x):
    return x.astype(np.float64).reshape(-1, 32)


def _nibbles(q):
    q = q.astype(np.uint8)
    return q[:, :16] | (q[:, 16:] << 4)


def _q8_0(x):
    b = _blocks(x)
    d = (np.abs(b).max(1, keepdims=True) / 127).astype("<f2")
    q = np.rint(b / np.maximum(d.astype(float), 1e-9)).clip(-127, 127)
    rows = [
        dd.tobytes() + qq.astype(np.int8).tobytes() for dd, qq in zip(d, q, strict=True)
    ]
    return b"".join(rows), d.astype(float) * q


def _q4_0(x):
    b = _blocks(x)
    d = (np.abs(b).max(1, keepdims=True) / 8).astype("<f2")
    q = (np.rint(b / np.maximum(d.astype(float), 1e-9)) + 8).clip(0, 15)
    rows = [dd.tobytes() + qq.tobytes() for dd, qq in zip(d, _nibbles(q), strict=True)]
    return b"".join(rows), d.astype(float) * (q - 8)


def _q4_1(x):
    b = _blocks(x)
    low = b.min(1, keepdims=True).astype("<f2")
    d = ((b.max(1, keepdims=True) - low.astype(float)) / 15).astype("<f2")
    q = np.rint((b - low.astype(float)) / np.maximum(d.astype(float), 1e-9)).clip(0, 15)
    rows = [
        dd.tobytes() + mm.tobytes() + qq.tobytes()
        for dd, mm, qq in zip(d, low, _nibbles(q), strict=True)
    ]
    return b"".join(rows), d.astype(float) * q + low.astype(float)


KINDS = {
    "F32": (0, _f32),
    "F16": (1, _f16),
    "Q4_0": (2, _q4_0),
    "Q4_1": (3, _q4_1),
    "Q8_0": (8, _q8_0),
    "BF16": (30, _bf16),
}


def written(values: np.ndarray, kind: str) -> tuple[int, bytes, np.ndarray]:
    """A kind's number, the bytes of an array, and the numbers that these say."""
    number, write = KINDS[kind]
    raw, said = write(values)
    return number, raw, np.asarray(said, np.float64).reshape(values.shape)


# -- The file ----------------------------------------------------------------


def text(value: str) -> bytes:
    raw = value.encode("utf-8", "surrogatepass")
    return struct.pack("<Q", len(raw)) + raw


def setting(value: Any) -> bytes:
    """A value with its type."""
    if isinstance(value, bytes):  # as it is
        return value
    if isinstance(value, bool):
        return struct.pack("<IB", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + text(value)
    of_text = all(isinstance(x, str) for x in value)
    head = struct.pack("<IIQ", 9, 8 if of_text else 5, len(value))
    return head + b"".join(text(x) if of_text else struct.pack("<i", x) for x in value)


def gguf(settings: dict, tensors: dict, version: int = 3) -> bytes:
    """A whole file; ``tensors`` are (number of the kind, shape, bytes)."""
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(settings))
    head += b"".join(text(name) + setting(value) for name, value in settings.items())
    numbers = b""
    for name, (kind, shape, raw) in tensors.items():
        sizes = struct.pack(f"<I{len(shape)}Q", len(shape), *shape[::-1])
        head += text(name) + sizes + struct.pack("<IQ", kind, len(numbers))
        numbers += raw + bytes(-len(raw) % 32)
    return head + bytes(-len(head) % 32) + numbers


# -- A tiny model ------------------------------------------------------------


def letters() -> dict[int, str]:
    """GPT-2's letter for each byte."""
    plain = [b for b in range(256) if chr(b).isprintable() and b not in (32, 173)]
    rest = [b for b in range(256) if b not in plain]
    return {b: chr(b) for b in plain} | {b: chr(256 + i) for i, b in enumerate(rest)}


def vocabulary(merges: int = 60) -> tuple[list[str], list[str], list[int]]:
    """Tokens, merges and kinds of tokens as such a file has them."""
    learned = train(TEXT, merges)
    letter = letters()
    spelt = ["".join(letter[b] for b in token) for token in learned.token_bytes]
    tokens = [*SPECIAL]
    tokens += [letter[b] for b in sorted(letter, key=letter.get) if b not in LACKING]
    tokens += spelt[256:]
    pairs = [f"{spelt[left]} {spelt[right]}" for left, right in learned.merges]
    return tokens, pairs, [3] * len(SPECIAL) + [1] * (len(tokens) - len(SPECIAL))


SIZES = {
    "block_count": 2,
    "context_length": 256,
    "embedding_length": 64,
    "feed_forward_length": 96,
    "attention.head_count": 4,
    "attention.head_count_kv": 2,
    "rope.freq_base": 100_000.0,
    "rope.dimension_count": 16,
    "attention.layer_norm_rms_epsilon": 1e-5,
}


def settings(**changed: Any) -> dict[str, Any]:
    """All settings of a tiny file."""
    tokens, merges, kinds = vocabulary()
    sizes = SIZES | changed
    return {
        "general.architecture": "llama",
        "general.name": "Tiny",
        **{f"llama.{name}": value for name, value in sizes.items()},
        "llama.vocab_size": len(tokens),
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": merges,
    }


def weights(found: dict[str, Any], seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights of each tensor, as large as those of a trained model."""
    rng = np.random.default_rng(seed)
    get = {key.removeprefix("llama."): value for key, value in found.items()}
    width, mlp = get["embedding_length"], get["feed_forward_length"]
    keys = width * get["attention.head_count_kv"] // get["attention.head_count"]
    matrices = {
        "attn_q": (width, width),
        "attn_k": (keys, width),
        "attn_v": (keys, width),
        "attn_output": (width, width),
        "ffn_gate": (mlp, width),
        "ffn_up": (mlp, width),
        "ffn_down": (width, mlp),
    }
    table = {"token_embd": rng.normal(0, 0.4, (get["vocab_size"], width))}
    for layer in range(get["block_count"]):
        for name, shape in matrices.items():
            table[f"blk.{layer}.{name}"] = rng.normal(0, shape[1] ** -0.5, shape)
        for name in ("attn_norm", "ffn_norm"):
            table[f"blk.{layer}.{name}"] = rng.uniform(0.5, 1.5, width)
    table["output_norm"] = rng.uniform(0.5, 1.5, width)
    return {f"{name}.weight": values for name, values in table.items()}


def tiny(kind: str = "Q4_1", **changed: Any) -> tuple[dict, dict, dict]:
    """Settings, tensors to write, and in 64 bits the numbers that they say."""
    found = settings(**changed)
    tensors, said = {}, {}
    for name, values in weights(found).items():
        how = "F32" if values.ndim == 1 else "Q8_0" if "embd" in name else kind
        number, raw, said[name] = written(values, how)
        tensors[name] = (number, values.shape, raw)
    return found, tensors, said


def write_tiny(path: Path, kind: str = "Q4_1", **changed: Any) -> Path:
    """A whole file of a tiny model."""
    found, tensors, _ = tiny(kind, **changed)
    path.write_bytes(gguf(found, tensors))
    return path
