"""Embeddings: hashed stems and trigrams, so that texts about one topic are near each other.

Words that ask for the same thing have one stem (synonyms.ini), and a word that says what is wanted of a topic, or
where, counts less than the topic, as a model learns it from what people write.
"""

from __future__ import annotations

import base64
import math
import struct
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from igny8_lib.sandbox.answers.similarity import trigrams
from igny8_lib.sandbox.answers.synonyms import LABELS
from igny8_lib.sandbox.answers.words import MODIFIERS, PLACES, Vocabulary, guess_language
from igny8_lib.sandbox.dice import Throw
from igny8_lib.sandbox.protocol import EMBEDDING_MODEL, ApiError, EmbeddingRequest
from igny8_lib.sandbox.switches import Reaction
from igny8_lib.sandbox.tokens import tokens

DEFAULT_DIMENSIONS = 512
MOST_TEXTS = 2048
WEIGHT_OF_TOPIC, WEIGHT_OF_ASPECT, WEIGHT_OF_TRIGRAM = 1.0, 0.5, 0.25
LESSER = frozenset({*MODIFIERS, *PLACES, *LABELS})


def check(request: EmbeddingRequest) -> None:
    """The bounds of the API. Raises ApiError."""
    texts = request.texts
    if not 1 <= len(texts) <= MOST_TEXTS:
        raise ApiError(400, f"Give 1 to {MOST_TEXTS} texts, not {len(texts)}.", param="input")
    if empty := [str(place) for place, text in enumerate(texts) if not text.strip()]:
        raise ApiError(400, f"The texts at {', '.join(empty[:5])} are empty; leave them out.", param="input")


def answer(request: EmbeddingRequest, throw: Throw) -> dict[str, Any]:
    """The answer's JSON. Raises ApiError where the throw wants a failure that only a text could show."""
    if throw.outcome is not Reaction.OK:
        raise ApiError(500, "The embeddings could not be computed. (sandbox switch)", kind="server_error")
    dimensions = request.dimensions or DEFAULT_DIMENSIONS
    vectors = [embed(text, dimensions) for text in request.texts]
    data = [
        {"object": "embedding", "index": index, "embedding": encode_vector(vector, request.encoding_format)}
        for index, vector in enumerate(vectors)
    ]
    used = sum(tokens(text) for text in request.texts)
    usage = {"prompt_tokens": used, "total_tokens": used}
    return {"object": "list", "data": data, "model": EMBEDDING_MODEL, "usage": usage}


def encode_vector(vector: list[float], form: str) -> list[float] | str:
    """Numbers, or little-endian 32-bit floats in base64."""
    return vector if form == "float" else base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()


def embed(text: str, dimensions: int) -> list[float]:
    """A unit vector; the logarithm keeps a word that stands often from drowning the others."""
    counts: dict[str, float] = {}
    language = guess_language([text])
    lesser = lesser_stems(language)
    for stem in Vocabulary(language).stems(text):
        counts[stem] = counts.get(stem, 0) + (WEIGHT_OF_ASPECT if stem in lesser else WEIGHT_OF_TOPIC)
    for piece in trigrams(text):
        counts[f"~{piece}"] = WEIGHT_OF_TRIGRAM
    vector = [0.0] * dimensions
    for feature, count in counts.items():
        number = hash_feature(feature)
        vector[(number >> 1) % dimensions] += (1 if number & 1 else -1) * math.log1p(count)
    length = math.sqrt(sum(value * value for value in vector))
    if length == 0:
        vector[0] = length = 1.0
    return [value / length for value in vector]


@lru_cache
def lesser_stems(language: str) -> frozenset[str]:
    """The stems of words that count less."""
    vocabulary = Vocabulary(language)
    return frozenset(vocabulary.stem(word) for word in LESSER)


@lru_cache(maxsize=50_000)
def hash_feature(feature: str) -> int:
    """A number that is the same in every process."""
    return int.from_bytes(blake2b(feature.encode(), digest_size=8).digest())
