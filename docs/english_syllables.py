"""Makes the list of English words whose syllables the rules miss, from the CMU Pronouncing Dictionary.

    npm pack cmu-pronouncing-dictionary@3.0.0 && tar xzf cmu-pronouncing-dictionary-3.0.0.tgz
    python docs/english_syllables.py package/index.js

Lines of a file in the dictionary's own form (`word  K AE1 T`) are read, too. Of several pronunciations the first one
counts, which the dictionary holds for the most usual one; but where it lists the same with a mere r for its "er", that
one, as a sentence is read aloud: "every" has two syllables in it, "our" and "fire" one. The result does not depend on
the day or the machine.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from igny8_lib.analysis import syllables_english

ENTRY = re.compile(r'^\s*"?(?P<word>[a-z]+)(?:\(\d\))?"?:?\s+"?(?P<sounds>[A-Z][A-Z0-9 ]+)')
"""Words of letters alone: possessives are counted by rule, abbreviations are no words."""
UNSTRESSED_ER = re.compile(r"\bER0\b")
STRESS = re.compile(r"\d")
"""Every vowel sound bears one, and every syllable has one vowel sound."""


def spoken(lines: Iterable[str]) -> dict[str, int]:
    """The syllables of every word of the dictionary."""
    sounds: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if entry := ENTRY.match(line):
            sounds[entry["word"]].append(entry["sounds"].strip())
    counts = {word: len(STRESS.findall(usual(listed))) for word, listed in sounds.items()}
    return {word: count for word, count in counts.items() if count}


def usual(listed: list[str]) -> str:
    """The pronunciation that counts."""
    first = listed[0]
    reduced = {f"{first[: at.start()]}R{first[at.end() :]}" for at in UNSTRESSED_ER.finditer(first)}
    return next((other for other in listed if other in reduced), first)


def missed(counts: dict[str, int]) -> dict[int, list[str]]:
    """The words whose count the rules miss, by their count."""
    words: dict[int, list[str]] = defaultdict(list)
    for word, count in sorted(counts.items()):
        if syllables_english.by_rule(word) != count:
            words[count].append(word)
    return words


def main() -> None:
    """Write the list beside the module."""
    with Path(sys.argv[1]).open(encoding="utf-8") as dictionary:
        counts = spoken(dictionary)
    words = missed(counts)
    text = f"{syllables_english.rules_digest()}\n" + "".join(
        f"{count}\t{' '.join(words[count])}\n" for count in sorted(words)
    )
    target = Path(syllables_english.__file__).with_name(syllables_english.EXCEPTIONS)
    target.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
    listed = sum(map(len, words.values()))
    sys.stdout.write(f"{listed:,} of {len(counts):,} words, {target.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
