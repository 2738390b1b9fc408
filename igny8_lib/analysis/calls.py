"""Calls to action: phrases by which a text asks its reader to do something next.

Written for this project: what buttons and last paragraphs of companies' articles say in each language, as patterns of
whole words. They are imperatives towards the company ("call us", "book a visit"), not any imperative of a guide.
"""

from __future__ import annotations

import re
from functools import lru_cache

from igny8_lib.text.language import main_language

CALLS = {
    "en": r"""contact (?:us|our)|call (?:us|our|now|today)|e-?mail us|write to us|get in touch|reach out to
        |talk to (?:us|our)|speak (?:to|with) (?:us|our)|ask (?:us|our|for a)|chat with|sign up|subscribe
        |register (?:now|today|for|here)|join (?:us|our|now|today)|get started|start (?:your|now|today)
        |try (?:it|our|this) (?:now|today|free|for free)|free trial|book (?:a|an|your|now|today)
        |schedule (?:a|an|your)|request (?:a|an|your)|get (?:a|your) (?:free )?quote|order (?:now|today|your|here)
        |buy (?:now|today)|shop (?:now|our|the)|download (?:our|your|now)|learn more|read more|find out more
        |see (?:our|how we)|visit (?:us|our)|check out|browse our|explore our|discover our|share this
        |leave a comment|tell us|let us know|compare (?:our|prices)""",
    "de": r"""kontaktieren sie|nehmen sie kontakt|rufen sie (?:uns|an|jetzt)|schreiben sie uns
        |sprechen sie (?:uns|mit)|fragen sie uns|vereinbaren sie|buchen sie|bestellen sie|kaufen sie
        |melden sie sich|abonnieren sie|laden sie|testen sie|probieren sie|fordern sie
        |lesen sie (?:mehr|weiter|auch)|erfahren sie mehr|entdecken sie|besuchen sie (?:uns|unser\w*)
        |jetzt (?:\w+ )?(?:kaufen|bestellen|buchen|anmelden|testen|anfragen|starten|lesen)|mehr erfahren
        |mehr lesen|kontaktiere|ruf uns|schreib uns|melde dich|buche|bestelle|abonniere|lade dir|probiere?
        |erfahre mehr|sagen sie uns|vergleichen sie""",
    "es": r"""contáct\w+|contact[ae](?: con)? (?:nosotros|nuestro)|llám[ae]\w*|escríb\w+|escribe\w* a|suscríb\w+
        |regístr\w+|únete|pid[ae] (?:una?|su|tu|cita|presupuesto)|solicit[ae]|reserv[ae] (?:una?|su|tu|ya|ahora)
        |compr[ae] (?:ya|ahora)|descárg\w+|descarga (?:la|el|nuestr\w+)|prueba (?:gratis|ahora|nuestr\w+)
        |empieza (?:ya|hoy|ahora)|más información|lee más|leer más|descubr[ae] (?:más|nuestr\w+|cómo)|visít\w+
        |consulte nuestr\w+|cuéntenos|cuéntanos|compártelo|comparte este""",
    "fr": r"""contactez|appelez|écrivez|demandez|réservez|commandez|achetez|inscrivez|abonnez|téléchargez|essayez
        |découvrez|rejoignez|prenez rendez-vous|prenez contact|parlez-nous|en savoir plus|lire la suite|lisez
        |visitez|commencez (?:dès|maintenant|votre)|profitez|partagez|comparez|dites-nous|laissez-nous""",
    "it": r"""contatt(?:a|ate|i|aci|ateci)|chiam(?:a|ate|i|aci|ateci) (?:ora|subito|il|oggi)|chiamaci|chiamateci
        |scrivici|scriveteci|iscriviti|iscrivetevi|registrati|prenot[ai]|richied[ia]
        |ordin[ai] (?:ora|subito|il|la)|acquist[ai] (?:ora|subito)|compra (?:ora|subito)|scaric[ai]
        |prov[ai] (?:gratis|ora|il|la|subito)|inizia (?:ora|oggi)|scopri di più|scopri (?:i|le|il|la|come)
        |leggi (?:anche|di più|tutto)|visita (?:il|la)|per saperne di più|raccontaci|condividi""",
    "nl": r"""neem (?:\w+ )?contact|bel (?:ons|nu|direct)|mail ons|schrijf ons|vraag (?:ons|een|nu|direct|je|uw)
        |meld (?:je|u)|schrijf (?:je|u) in|abonneer|boek (?:een|nu|direct|je|uw)|bestel (?:nu|direct|je|uw|een)
        |koop nu|download|probeer (?:nu|het|gratis|onze)|begin (?:nu|vandaag)|maak een afspraak|plan een
        |lees (?:meer|verder|ook)|ontdek|bekijk (?:onze|ons|de|het)|bezoek (?:onze|ons)|meer informatie|meer weten
        |laat (?:ons|het ons) weten|deel dit|vergelijk""",
    "pt": r"""contacte|entre em contato|entre em contacto|fale (?:conosco|connosco|com)|ligue|escreva-nos
        |inscreva-se|cadastre-se|registe-se|registre-se|assine|peça|solicite|reserve|marque (?:uma|já|a sua)
        |encomende|compre (?:já|agora)|baixe|descarregue|experimente|comece (?:já|hoje|agora)|saiba mais
        |leia (?:mais|também)|descubra|conheça (?:o|a|os|as)|visite|conte-nos|compartilhe|partilhe|compare""",
    "ru": r"""свяжитесь|позвоните|звоните|напишите|пишите нам|закажите|заказать|купите|купить сейчас|запишитесь
        |подпишитесь|зарегистрируйтесь|скачайте|попробуйте|начните (?:сейчас|сегодня)|узнайте (?:больше|подробнее)
        |узнать больше|подробнее|читайте (?:также|дальше|далее)|посетите|получите|оставьте (?:заявку|комментарий)
        |расскажите нам|поделитесь|обратитесь|обращайтесь|сравните""",
}  # fmt: skip
"""By ISO 639 code: alternatives, parted by |."""


@lru_cache(maxsize=len(CALLS))
def pattern(code: str) -> re.Pattern[str]:
    """The pattern of a language's calls, as whole words."""
    alternatives = re.sub(r"\n\s*", "", CALLS[code])
    return re.compile(rf"\b(?:{alternatives})(?!\w)", re.IGNORECASE)


def calls_to_action(text: str, language: str) -> list[tuple[int, int]] | None:
    """The spans of a text's calls to action; None where none are known for the language (BCP 47)."""
    code = main_language(language)
    if code not in CALLS:
        return None
    return [found.span() for found in pattern(code).finditer(text)]
