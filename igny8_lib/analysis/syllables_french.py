"""French syllables as they are spoken but for the e within a word: "maintenant" has three, "table" one.

After Grevisse & Goosse, Le bon usage, on the mute e and on glides (yod after two consonants is a syllable: "cli-ent").
"""

from __future__ import annotations

import re

VOWELS = "aeiouyàâäéèêëîïôöùûüœæ"
SPELLED = (
    (re.compile("qu"), "q"),
    (re.compile("gu(?=[eéèêiy])"), "g"),  # langue
    (re.compile("ge(?=[aoâ])"), "j"),  # mangea, pigeon
    (re.compile("ueil"), "eil"),  # accueil
    (re.compile("(?<=pa)ys"), ".is"),
    (re.compile("(?<=[iué])e(?=ment$|r(?:a[is]?|ons|ont|ez|ait|aient)$)"), ""),  # paiement, jouera
)
VERBS_IN_MENT = re.compile(
    "(?:^aim|amm|nomm|somm|[cd]orm|form|firm|ferm|arm|prim|stim|sum|sèm|fum|blâm|clam|anim|gitim|lum|ythm|xim)ent$"
)
NASAL = re.compile(
    "(?:m|^[vcldg]|^rel|^par|appar|transpar|^arg|^serg|^urg|^ag|^tal|^ard|^arp|^serp|^tr?id|^évid|^incid|^accid|^occid"
    "|[rd]éc|noc|[lru]esc|^acc|pourc|llig|négl?ig|exig|indig|^cont|mécont|compét|pénit|cli|viol|xcell|uival|bival|préval"
    "|turbul|opul|corpul|crapul|somnol|souv|couv|^conv|parav|auv|^év|hér|fér|curr|torr|prés|abs|perman|émin|mmin|promin"
    "|pertin|contin|éloq|fréq|élinq|conséq|subséq|prud|céd|sid|pud)ent$"
)
"""Where -ent is spoken; the third person plural is not ("parlent")."""
AFTER_TWO_CONSONANTS = re.compile("([bcdfgptv][lr][iu])(?=[aeéèêoâ])")
SOUND = re.compile(
    "[iy]?(?:eau|aoû|œu|oeu|oui|eui|o[uùûiî]|a[iî]|e[iî]|au|e[uû]|[aeoàâäéèêëôöûœæ])|ui|[iuîïùü]"
    f"|(?<![{VOWELS}])y(?![{VOWELS}])"
)
"""A yod before a vowel is part of its syllable, a y between vowels a consonant."""


def count_french(word: str) -> int:
    """The syllables of a lower-case French word; what is elided has none ("l'eau")."""
    return max(1, sum(map(part_syllables, word.split("'"))))


def part_syllables(part: str) -> int:
    """The syllables of what stands before or after an apostrophe."""
    for pattern, sound in SPELLED:
        part = pattern.sub(sound, part)
    shortened = without_silent_end(part)
    return sounds(shortened) or sounds(part)


def without_silent_end(part: str) -> str:
    """The word without the e, es or ent that is not spoken."""
    if part.endswith("ent"):
        spoken = NASAL.search(part) and not VERBS_IN_MENT.search(part)
        return part if spoken else part.removesuffix("ent")
    return part.removesuffix("s").removesuffix("e") if part.endswith(("e", "es")) else part


def sounds(spelled: str) -> int:
    """The vowel sounds of a spelling."""
    return len(SOUND.findall(AFTER_TWO_CONSONANTS.sub(r"\1.", spelled)))
