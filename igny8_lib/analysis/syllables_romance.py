"""Spanish, Portuguese and Italian syllables: i and u beside another vowel glide, unless they bear the stress.

After the grammars' rules on diphthongs: Real Academia Española, Ortografía (2010), II 2; Acordo Ortográfico da Língua
Portuguesa (1990), Base XX; Serianni, Grammatica italiana, I. Where speakers differ, Spanish and Italian count one
syllable, Portuguese two, as their schools part words.
"""

from __future__ import annotations

import re

SPANISH_SILENT_U = re.compile("(?<=[qg])u(?=[eiéí])")
SPANISH_VOWEL_Y = re.compile("y(?![aeiouáéíóú])")
SPANISH_SOUND = re.compile("[iuü]*[aeoáéóàèò](?:[iuü](?![aeoáéó]))?|[iuü]?[íú]|ï|[iuü]+")

PORTUGUESE_SILENT_U = re.compile("(?<=[qg])[uü](?=[aeioáéíóâêôãõ])")
PORTUGUESE_LAST_PAIR = re.compile("(?<=[áéíóúâêô])([^aeiouáéíóúâêôãõ]+)[eiou](?=[aeo]s?$)")
"""The last two vowels of "história", "água", "série" are one syllable."""
PORTUGUESE_SOUND = re.compile(
    "ãe|ão|õe|^re(?=u[ns])"
    "|[aeoáéóâêô][iu](?!(?:[rlz]|m|ns?)$|[nmr][^aeiouáéíóúâêôãõh]|nh)"  # rei-no; not ca-ir, a-in-da, ra-i-nha
    "|ui(?![rlzm]$|[nm][^aeiouáéíóúâêôãõ]|nh|ç[ãõ])|iu(?!m|n|r[^aeiou])"  # mui-to; not ru-im, tri-un-fo
    "|[aeiouyáéíóúâêôãõàü]"
)

ITALIAN_GLIDING_U = re.compile("(?<=[qg])u(?=[aeioàèéìòó])")
ITALIAN_STRESSED = re.compile(
    "^((?:[mdpvzrs]|tr|s[pct])i)([aeo]$)|^([tsdb]u)([aeo]$)|^(s?[std]i)(ano$)"  # mi-o, tu-o, si-ano
    "|((?:log|nom|gra[fr]|sof|erg|terap|teor|fantas|poes|malatt|allegr|mocraz|rocraz|poliz|garanz|compagn|foll|farmac"
    "|bug|mag|sinton|sinfon|armon|agon|lincon|simpat|antipat|pazz|cortes|melod|parod|trattor|perifer"
    "|er(?<!ater)(?<!iser)(?<!rter)(?<!^ser)(?<!^fer))i)([ae]$)"  # energi-a, librerie
    "|^(ri|tri|bi(?=o)|di(?=al|ab|et|ap))([aeou])"  # ri-uscire
    "|((?:[bcdfptv][lr]|gr)[iu])([aeo][a-zàèéìòù]{2})"  # cli-ente
    "|([tdns]u)(al[ei]|azion|are$|at[oaie]$)"  # situ-azione
)
ITALIAN_SOUND = re.compile("(?:iu?|u)?[aeoàèéòó](?:[iu](?![aeoàèéòó]))?|i?[ùú]|[ìí]|[iu]+")


def count_spanish(word: str) -> int:
    """The syllables of a lower-case Spanish word; an accent parts i and u from their neighbours ("dí-a")."""
    return max(1, len(SPANISH_SOUND.findall(SPANISH_VOWEL_Y.sub("i", SPANISH_SILENT_U.sub("", word)))))


def count_portuguese(word: str) -> int:
    """The syllables of a lower-case Portuguese word."""
    spelled = PORTUGUESE_LAST_PAIR.sub(r"\1", PORTUGUESE_SILENT_U.sub("", word))
    return max(1, len(PORTUGUESE_SOUND.findall(spelled)))


def count_italian(word: str) -> int:
    """The syllables of a lower-case Italian word; what is elided has none ("l'idea")."""
    return max(1, sum(italian_part(part) for part in word.split("'")))


def italian_part(part: str) -> int:
    """The syllables of what stands before or after an apostrophe."""
    spelled = ITALIAN_GLIDING_U.sub("", part)
    spelled = ITALIAN_STRESSED.sub(lambda found: ".".join(filter(None, found.groups())), spelled)
    return len(ITALIAN_SOUND.findall(spelled))
