"""Which forms make a passive, language by language: auxiliaries, participles, and what may stand between them.

Written for this project after the grammars (Quirk et al., A Comprehensive Grammar of the English Language, § 3.63-78;
Duden, Die Grammatik, on Vorgangspassiv; RAE, Nueva gramática, § 41; Grevisse, Le bon usage, on the voix passive;
Serianni, Grammatica italiana, XI; Algemene Nederlandse Spraakkunst, § 2.3; Cunha & Cintra, Nova gramática, 13;
Русская грамматика 1980, § 1572). The reflexive passives of Romance languages and Russian ("se vende", "строится")
look like any other reflexive verb and are not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from igny8_lib.analysis import participles
from igny8_lib.analysis.participles import listed

LONGEST = 40
"""Letters of a word that can be a participle: matching a run of ten thousand is nobody's gain."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The passive of a language; all words as `normalise` gives them.

    `between` says which words may stand between auxiliary and participle (None: any), `reach` and `reach_back` how
    many places the participle may be after or before it. `not_after` are words that make the auxiliary another's
    (reflexive pronouns). `ambiguous` participles look like the infinitive and count with `only_passive` auxiliaries.
    """

    auxiliaries: frozenset[str]
    participle: re.Pattern[str]
    no_participle: frozenset[str]
    reach: int
    reach_back: int = 0
    between: re.Pattern[str] | None = None
    not_after: frozenset[str] = frozenset()
    ambiguous: re.Pattern[str] | None = None
    only_passive: frozenset[str] = frozenset()
    nouns_are_capitals: bool = False

    def is_participle(self, word: str) -> bool:
        """Whether a word can be the participle of a passive."""
        word = word.replace("ё", "е")  # Russian is written with and without
        return len(word) <= LONGEST and word not in self.no_participle and self.participle.fullmatch(word) is not None

    def go_together(self, auxiliary: str, participle: str) -> bool:
        """Whether this form of the auxiliary and this participle are a passive, not a future."""
        if self.ambiguous is None or auxiliary in self.only_passive:
            return True
        return self.ambiguous.fullmatch(participle) is None


ENGLISH = Rule(
    auxiliaries=listed(
        """am is are was were be been being isn't aren't wasn't weren't i'm you're we're they're
        get gets got getting gotten"""
    ),
    participle=participles.ENGLISH,
    no_participle=participles.ENGLISH_NO,
    reach=4,
    between=re.compile(
        r"\w+ly|not|also|being|been|never|always|often|still|just|now|already|almost|ever|sometimes|well|soon|then"
        r"|thus|therefore|however|again|later|first|once|even|all|both|so|very|quite|too|and|yet|badly|best|better"
    ),
)
GERMAN = Rule(
    auxiliaries=listed("werde wirst wird werden werdet wurde wurdest wurden wurdet worden würde würdest würden würdet"),
    participle=participles.GERMAN,
    no_participle=participles.GERMAN_NO,
    reach=25,
    reach_back=3,
    ambiguous=participles.GERMAN_AMBIGUOUS,
    only_passive=listed("wurde wurdest wurden wurdet worden"),
    nouns_are_capitals=True,
)
DUTCH = Rule(
    auxiliaries=listed("word wordt worden werd werden"),
    participle=participles.DUTCH,
    no_participle=participles.DUTCH_NO,
    reach=20,
    reach_back=3,
)
SPANISH = Rule(
    auxiliaries=listed(
        """es son soy eres somos fue fueron fui fuimos era eran será serán sería serían sea sean fuera fueran fuese
        fuesen sido ser siendo"""
    ),
    participle=participles.SPANISH,
    no_participle=participles.SPANISH_NO,
    reach=3,
    between=re.compile(r"\w+mente|no|ya|también|siempre|aún|todavía|sido|bien|mal|después|luego|así|nunca|muy|tan"),
)
PORTUGUESE = Rule(
    auxiliaries=listed(
        """é são sou és somos foi foram fui fomos era eram será serão seria seriam seja sejam fosse fossem for forem
        sido ser serem sendo"""
    ),
    participle=participles.PORTUGUESE,
    no_participle=participles.PORTUGUESE_NO,
    reach=3,
    between=re.compile(r"\w+mente|não|já|também|sempre|ainda|sido|bem|mal|depois|logo|assim|nunca|muito|tão"),
)
ITALIAN = Rule(
    auxiliaries=listed(
        """è sono sei siamo siete era erano fu furono sarà saranno sarebbe sarebbero sia siano fosse fossero stato stata
        stati state essere essendo viene vengono venne vennero veniva venivano verrà verranno verrebbe verrebbero
        venga vengano venire venendo"""
    ),
    participle=participles.ITALIAN,
    no_participle=participles.ITALIAN_NO,
    reach=3,
    between=re.compile(
        r"\w+mente|non|già|anche|sempre|ancora|stat[oaie]|bene|male|poi|così|mai|più|molto|spesso|subito"
    ),
    not_after=listed("si mi ti ci vi se me te ce ve"),
)
FRENCH = Rule(
    auxiliaries=listed(
        """est sont suis es sommes êtes était étaient étais étions sera seront serait seraient soit soient fut furent
        été être étant n'est n'était n'étaient n'étant d'être l'être"""
    ),
    participle=participles.FRENCH,
    no_participle=participles.FRENCH_NO,
    reach=3,
    between=re.compile(
        r"\w+ment|pas|plus|jamais|toujours|souvent|bien|mal|donc|aussi|été|ensuite|déjà|encore|ainsi|alors|très|tous"
        r"|toutes|parfois"
    ),
    not_after=listed("se me te"),
)
RUSSIAN = Rule(
    auxiliaries=listed("был была было были будет будут быть будучи"),
    participle=participles.RUSSIAN,
    no_participle=participles.RUSSIAN_NO,
    reach=3,
    reach_back=1,
)

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "en": ENGLISH,
        "de": GERMAN,
        "nl": DUTCH,
        "es": SPANISH,
        "pt": PORTUGUESE,
        "it": ITALIAN,
        "fr": FRENCH,
        "ru": RUSSIAN,
    }
)
"""By ISO 639 code."""
