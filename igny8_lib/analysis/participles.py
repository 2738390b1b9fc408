"""Past participles that make a passive: the regular ones by their form, the others by name.

Written for this project. The sets named `_NO` hold what has the form of a participle and is none, participles that
have become adjectives, and verbs that build their perfect with "to be" and have no passive.
"""

from __future__ import annotations

import re


def listed(words: str) -> frozenset[str]:
    """The words of a text parted by white space."""
    return frozenset(words.split())


def either(words: str, endings: str = "") -> str:
    """A pattern for any of the words, each with the endings."""
    return f"(?:{'|'.join(words.split())}){endings}"


ENGLISH_IRREGULAR = """awoken beaten become begun bent bet bitten bled blown born borne bought bound bred broken
    brought built burnt burst cast caught chosen clung cut dealt done drawn driven drunk dug eaten fed felt
    fought forbidden forced forecast forgiven forgotten forsaken found frozen given ground grown heard held
    hidden hit hung hurt kept knit known laid learnt led lent let lit lost made meant met misled mistaken mown
    overcome overseen overtaken overthrown paid proven put read rebuilt redone reset rewritten ridden run rung
    said sawn seen sent set sewn shaken shaved shed shorn shot shown shrunk shut slain slit sold sought sown
    spent spilt split spoilt spoken spread spun stolen strewn stricken struck stuck stung sung sunk swept sworn
    swum swung taken taught thought thrown thrust told torn trodden understood undertaken undone upheld upset
    withdrawn withheld woken won worn wound woven written wrung"""
ENGLISH = re.compile(rf"\w{{2,}}ed|(?:re|over|under|un|mis|out|pre|fore)?{either(ENGLISH_IRREGULAR)}")
ENGLISH_NO = listed(
    """need feed seed weed deed heed reed speed breed bleed freed greed creed indeed hundred naked sacred wicked
    rugged ragged kindred infrared biped exceed proceed succeed embed shed sled shred unlimited limited
    interested excited tired pleased worried bored scared delighted talented gifted aged beloved crooked
    dogged jagged learned supposed united complicated sophisticated become bet"""
)

GERMAN_SEPARABLE = """ab an auf aus bei dar ein empor fest fort frei her hin hinein hinaus hinzu los mit nach
    nieder vor voran voraus vorbei weg weiter wieder zu zurück zusammen durch um unter über bereit bekannt
    fertig statt teil"""
GERMAN_STEM_EN = """schoben boten nommen schrieben sprochen brochen funden bunden standen griffen schlossen
    worfen zogen loren hoben wiesen gossen trieben schieden logen wogen gangen bissen rissen schnitten litten
    stohlen fohlen worben sungen schlungen zwungen wunden flogen flossen froren nossen kniffen krochen pfiffen
    rieben rochen ritten rungen schienen schliffen schmissen schmolzen schwiegen schwommen schworen sponnen
    sprungen stiegen stochen strichen stritten sunken trunken troffen gessen wichen"""
GERMAN_STEM_SAME = """halten lassen tragen schlagen laden messen geben treten sehen lesen fangen raten fahren
    stoßen rufen fallen graben waschen backen braten wachsen hauen"""
GERMAN_GE_EN = """bogen beten boren fressen golten hangen laufen schaffen schoren sotten wonnen spalten salzen
    mahlen funden standen"""
GERMAN_AMBIGUOUS = re.compile(
    rf"(?:be|ver|ent|er|zer|miss|über|unter|um|durch|wider|hinter){either(GERMAN_STEM_SAME)}|gefallen|geraten"
)
GERMAN = re.compile(
    rf"(?:{either(GERMAN_SEPARABLE)}){{0,2}}ge(?:\w{{2,}}t|{either(GERMAN_STEM_EN)}|{either(GERMAN_STEM_SAME)}"
    rf"|{either(GERMAN_GE_EN)})"
    rf"|(?:{either(GERMAN_SEPARABLE)})?(?:be|ver|ent|emp|er|zer|miss)(?:\w{{3,}}t|{either(GERMAN_STEM_EN)}"
    rf"|{either(GERMAN_STEM_SAME)})"
    rf"|(?:über|unter|um|durch|wider|hinter|voll)(?:\w{{3,}}t|{either(GERMAN_STEM_EN)}|{either(GERMAN_STEM_SAME)})"
    r"|\w{2,}iert|getan|gesandt|genannt|erkannt|benannt"
)
GERMAN_NO = listed(
    """gesamt gerecht bekannt bereit bestimmt überhaupt beliebt berühmt verrückt geeignet gespannt geehrt gelingt
    gerät genügt gewinnt gewohnt geliebt genießt geschieht besteht entsteht entspricht erhält enthält ergibt
    bedeutet beginnt verliert versteht verspricht befindet bekommt bezieht erscheint verläuft umgeht
    unterscheidet hinterlässt verlässt verwandt vertraut begeistert betrifft"""
)

DUTCH_STRONG = """sproken boden worpen schreven leken loren nomen broken gonnen vonden bonden sloten trokken
    wezen gaven geven laten houden dreven dronken gegeten kozen lezen meten reden roepen scheiden schoten
    schoven slagen snoten stolen vangen wogen wonnen zongen zonden zworen graven dragen vallen wonden lopen
    slapen rezen keken bleken"""
DUTCH_SEPARABLE = """aan af bij door goed in los mee na om onder op over samen terug toe uit vast voor voort weg
    tegen tentoon plaats vrij klaar weer binnen neer"""
DUTCH = re.compile(
    rf"(?:{either(DUTCH_SEPARABLE)})?(?:ge(?:\w{{2,}}[dt]|\w{{2,}}en|daan|zien)|(?:be|ver|ont|her|er)(?:\w{{3,}}[dt]"
    rf"|{either(DUTCH_STRONG)}|zien|staan|gaan|daan))"
    rf"|(?:onder|over|door|om|vol|voor)(?:\w{{3,}}[dt]|{either(DUTCH_STRONG)})"
)
DUTCH_NO = listed(
    """gebied gezond geliefd geleden gebieden gezichten gevallen gedachten gebouwen gesprekken gemeenten gezinnen
    gerechten geheugen getallen gebruiken gebeuren genieten geloven gelden gewichten geluiden gewassen gevaren
    genoegen gelegenheden beleid bekend bereid bestand verband bericht betekent bewust geschikt verstand
    voorbeeld overheid ondergrond voorraad overwicht onderwijst gerust gezicht gevecht gedicht geduld geluid
    gewicht gebit gebed gemoed genoot gehucht gezamenlijken verkeerd beroemd geheimen gezelligheid verliefd
    verward voorgoed verschillend doorgaand"""
)

SPANISH_IRREGULAR = """abiert cubiert descubiert escrit descrit inscrit prescrit hech deshech rehech dich
    predich vist previst revist puest compuest propuest expuest impuest dispuest opuest supuest depuest resuelt
    disuelt vuelt devuelt envuelt rot impres satisfech elect frit muert provist suscrit transcrit"""
SPANISH = re.compile(rf"\w{{2,}}(?:ad|id|íd)(?:o|a|os|as)|{either(SPANISH_IRREGULAR)}(?:o|a|os|as)")
SPANISH_NO = listed(
    """estado estados demasiado demasiada demasiados demasiadas mercado mercados resultado resultados cuidado
    cuidados delicado delicada delicados delicadas adecuado adecuada adecuados adecuadas complicado complicada
    complicados complicadas sólido sólida sólidos sólidas rápido rápida rápidos rápidas cálido cálida válido
    válida válidos válidas líquido ácido ácida debido parecido parecida parecidos parecidas divertido
    divertida aburrido aburrida pasado pasada privado privada sagrado sagrada variado variada variados
    variadas comida medida partido sentido avanzado elevado elevada óxido nítido espléndido tímido estúpido
    vívido pálido árido lúcido"""
)

PORTUGUESE_IRREGULAR = """lid feit desfeit refeit escrit descrit inscrit vist previst revist post compost
    propost expost impost dispost dit abert cobert descobert pag ganh gast aceit eleit impress pres suspens mort
    solt limp expuls acess"""
PORTUGUESE = re.compile(rf"\w{{2,}}(?:ad|id|íd)(?:o|a|os|as)|{either(PORTUGUESE_IRREGULAR)}(?:o|a|os|as)|entregues?")
PORTUGUESE_NO = listed(
    """estado estados cuidado cuidados mercado resultado resultados delicado delicada adequado adequada adequados
    adequadas complicado complicada complicados complicadas sólido sólida rápido rápida rápidos rápidas válido
    válida válidos válidas líquido ácido úmido úmida húmido devido parecido parecida parecidos parecidas
    divertido divertida passado privado privada sagrado sagrada variado variada variados variadas medida
    partido sentido avançado avançada elevado elevada limpo limpa limpos limpas imposto impostos obrigado
    obrigada tímido pálido árido lúcido"""
)

ITALIAN_IRREGULAR = """fatt rifatt scritt descritt iscritt prescritt dett vist previst rivist lett elett pres
    compres sorpres ripres appres intrapres mess permess promess ammess smess trasmess post compost propost
    espost impost dispost oppost chius conclus inclus esclus apert copert scopert offert scelt tolt risolt
    raccolt accolt svolt rivolt coinvolt prodott tradott condott ridott introdott costrett corrett dirett
    protett divis decis uccis acces spes difes attes estes tes vint spint dipint rott corrott distrutt diffus
    confus pers moss commoss cott aggiunt raggiunt assunt spent strett istruit"""
ITALIAN = re.compile(rf"\w{{2,}}(?:at|it|ut)[oaie]|{either(ITALIAN_IRREGULAR)}[oaie]")
ITALIAN_NO = frozenset(
    form
    for stem in listed(
        """stat andat venut arrivat partit diventat uscit entrat salit cadut tornat ritornat restat riuscit accadut
    cresciut piaciut sembrat esistit durat bastat mancat fuggit divenut cambiat iniziat finit cominciat
    migliorat peggiorat aumentat diminuit avvenut intervenut pervenut dovut potut volut passat vissut scappat
    delicat adeguat complicat sofisticat elevat privat gradit svanit sparit invecchiat guarit riposat parut
    costat valut scadut"""
    )
    for form in (stem + ending for ending in "oaie")
) | {"minuti", "minuto", "salute", "infinito", "infinita", "infiniti", "infinite", "subito"}

FRENCH_OTHERS = """fini choisi établi défini fourni rempli réuni garanti bâti suivi poursuivi servi produit
    conduit construit reconstruit détruit traduit réduit introduit séduit instruit écrit décrit inscrit prescrit
    dit fait refait mis admis permis soumis transmis promis remis commis pris compris appris repris surpris
    entrepris ouvert offert couvert découvert souffert vu revu prévu lu élu connu reconnu reçu aperçu conçu
    perçu déçu vendu rendu perdu entendu attendu étendu répandu défendu suspendu tenu obtenu retenu maintenu
    soutenu contenu détenu entretenu voulu résolu exclu inclus conclu battu combattu vaincu convaincu cousu
    peint craint joint rejoint atteint éteint teint contraint restreint plaint moulu bu cru puni nourri saisi
    franchi enrichi investi averti converti démoli envahi subi trahi banni blanchi guéri raccourci élargi
    approfondi renforci rôti acquis conquis requis assis cuit déduit"""
FRENCH = re.compile(rf"\w{{2,}}é(?:e|s|es)?|{either(FRENCH_OTHERS)}(?:e|s|es)?")
FRENCH_NO = frozenset(
    form
    for stem in listed(
        """allé arrivé entré resté tombé rentré retourné monté passé décédé âgé fatigué élevé privé carré aisé doué
    compliqué motivé passionné situé sacré zélé été usé désolé"""
    )
    for form in (stem, f"{stem}e", f"{stem}s", f"{stem}es")
) | listed("""société qualité santé clé thé café marché liberté vérité réalité possibilité côté degré pré blé""")

RUSSIAN_PREFIX = "по на за со с вы пере про при раз рас обо об о от ото у из ис под до в воз вос вз пред"
RUSSIAN_OTHERS = """дан куплен брошен решен лишен ранен рожден казнен крещен пущен прощен открыт закрыт взят
    принят начат снят убит разбит забыт покрыт сшит вымыт поднят отнят изъят предпринят раскрыт скрыт укрыт
    развит пробит избит добыт согрет одет обут сжат зажат"""
RUSSIAN = re.compile(rf"{either(RUSSIAN_PREFIX)}\w{{2,}}(?:ан|ян|ен|ён)[аоы]?|{either(RUSSIAN_OTHERS)}[аоы]?")
RUSSIAN_NO = listed(
    """страна страны охрана охраны отмена отмены уверен уверена уверено уверены доволен обязан обязана обязаны
    подобен удобен опасен полезен спокоен возможен подробен понятен приятен известен отличен обычен сложен
    свободен склонен страшен осторожен разумен надежен виновен способен важен вреден ветеран океан океана
    океаны обмен обмена опытен отчаян согласен должен"""
)
