"""What a request would have cost: token counts as realistic as four bytes per token can be, and a prompt cache."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

BYTES_PER_TOKEN = 4
"""English text has 4 to 5 bytes per token, JSON fewer, Cyrillic about 4 (two characters)."""
TOKENS_PER_MESSAGE = 4
CACHED_FROM = 1024
CACHE_STEP = 128
"""Providers cache prompts from 1,024 tokens on, in steps of 128."""
REMEMBERED_PREFIXES = 100_000


def tokens(text: str) -> int:
    """Tokens of a text, about."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)


def prompt_tokens(texts: Sequence[str]) -> int:
    """Tokens of a conversation's messages, about."""
    return sum(tokens(text) + TOKENS_PER_MESSAGE for text in texts)


@dataclass
class PromptCache:
    """Remembers the beginnings of prompts, as providers do: a repeated beginning is counted as cached."""

    _known: OrderedDict[bytes, None] = field(default_factory=OrderedDict)

    def cached_tokens(self, scope: str, texts: Sequence[str]) -> int:
        """How many tokens of this prompt began an earlier one of the same scope (model); remembers this one."""
        prompt = "\n\n".join(texts).encode()
        cached, hasher, start = 0, blake2b(scope.encode(), digest_size=16), 0
        for end in range(CACHED_FROM, len(prompt) // BYTES_PER_TOKEN + 1, CACHE_STEP):
            hasher.update(prompt[start * BYTES_PER_TOKEN : end * BYTES_PER_TOKEN])
            start = end
            if self._remember(hasher.digest()):
                cached = end
        return cached

    def _remember(self, prefix: bytes) -> bool:
        known = prefix in self._known
        self._known[prefix] = None
        self._known.move_to_end(prefix)
        if len(self._known) > REMEMBERED_PREFIXES:
            self._known.popitem(last=False)
        return known

    def forget(self) -> None:
        """Empty the cache."""
        self._known.clear()
