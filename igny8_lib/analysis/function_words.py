"""Function words: articles, pronouns, prepositions, conjunctions, auxiliaries. They say how, not what about.

Written for this project, language by language, from the closed classes of its grammar. The stop words of
`igny8_lib.text.stop_words` are more ("home", "system", "best" are among the English ones): right for telling topics
apart, wrong for finding a phrase, where "home fire alarm system" means all four. They serve where no list is here.
"""

from __future__ import annotations

from functools import lru_cache

from igny8_lib.text.language import main_language
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

LISTS = {
    "en": """a an the this that these those some any each every either neither no such
        i me my mine you your yours he him his she her hers it its we us our ours they them their theirs
        myself yourself himself herself itself ourselves themselves who whom whose which what there here
        of in on at by for from to into onto with within without about above below under over between among through
        during before after since until till against toward towards upon off out up down near across along around
        and or nor but so yet if because as while although though unless whereas than then
        be am is are was were been being have has had having do does did doing done
        will would shall should can could may might must ought not n't don't doesn't isn't aren't
        how when where why too very just also only""",
    "de": """der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner dieser diese
        dieses diesen diesem jeder jede jedes jeden jedem ich mich mir mein meine du dich dir dein deine er ihn ihm sein
        seine sie ihr ihre ihren ihrem ihrer es wir uns unser unsere euch euer man sich wer wen wem wessen was welche
        welcher welches in im an am auf aus bei beim mit nach seit von vom zu zum zur für durch gegen ohne um über unter
        vor hinter neben zwischen während wegen trotz bis ab und oder aber denn sondern sowie weil dass daß wenn falls
        obwohl als ob damit bevor nachdem bin bist ist sind seid war waren gewesen habe hast hat haben hatte hatten
        werde wirst wird werden wurde wurden kann können konnte muss müssen soll sollen sollte will wollen darf dürfen
        mag nicht auch nur noch schon sehr so da dort hier wie wo wann warum""",
    "es": """el la los las lo un una unos unas al del este esta estos estas ese esa esos esas aquel aquella yo mí me
        mi mis tú ti te tu tus él ella ello ellos ellas le les se su sus nosotros nos nuestro nuestra vosotros os usted
        ustedes que quien quienes cual cuales qué quién cuál a ante bajo con contra de desde durante en entre hacia
        hasta para por según sin sobre tras y e o u ni pero sino aunque porque si como cuando donde mientras pues soy
        eres es somos son era eran fue fueron ser sido estoy está están estar he ha han había haber hay no ya muy más
        también cómo cuándo dónde""",
    "fr": """le la les l un une des du de d au aux ce cet cette ces c je j me m moi mon ma mes tu te t toi ton ta tes
        il elle on se s soi son sa ses nous notre nos vous votre vos ils elles leur leurs lui eux qui que qu quoi dont
        où quel quelle quels quelles à en dans par pour sur sous avec sans chez entre vers contre depuis pendant avant
        après dès jusque et ou ni mais donc or car si comme quand lorsque puisque parce suis es est sommes êtes sont
        était étaient été être ai as a avons avez ont avait avaient eu avoir ne n pas plus y très aussi comment
        pourquoi""",
    "it": """il lo la i gli le l un uno una del dello della dei degli delle d al allo alla ai agli alle dal dallo dalla
        dai dagli dalle nel nello nella nei negli nelle sul sullo sulla sui sugli sulle questo questa questi queste
        quello quella quelli quelle io mi me mio mia miei mie tu ti te tuo tua tuoi tue lui lei egli ella si sé suo sua
        suoi sue noi ci nostro nostra voi vi vostro vostra loro li ne che chi cui quale quali di a da in con su per tra
        fra e ed o od ma però se come quando dove perché mentre anche sono sei è siamo siete era erano stato stata
        essere ho hai ha abbiamo avete hanno aveva avere non più molto c v""",
    "nl": """de het een dit dat deze die 't ik mij me mijn jij je jou jouw hij hem zijn zij ze haar wij we ons onze
        jullie u uw hen hun zich men wie wat welke welk er hier daar in op aan van voor met door bij naar uit over
        onder tussen tegen tot om zonder sinds tijdens na en of maar want dus als dan omdat hoewel terwijl toen indien
        ben bent is was waren geweest heb hebt heeft hebben had hadden word wordt worden werd werden kan kunnen kon
        moet moeten zal zullen zou wil willen mag mogen niet geen ook nog al zeer te hoe waar wanneer waarom""",
    "pt": """o a os as um uma uns umas ao aos à às do da dos das no na nos nas dum duma num numa pelo pela pelos pelas
        este esta estes estas esse essa esses essas isto isso aquele aquela aquilo eu me mim meu minha meus minhas tu
        te ti teu tua você vocês ele ela eles elas lhe lhes se si seu sua seus suas nós nosso nossa que quem qual quais
        de em por para com sem sob sobre entre até desde contra durante após e ou nem mas porém porque pois se como
        quando onde enquanto embora sou é és somos são era eram foi foram ser sido estou está estão estar tenho tem têm
        tinha ter há havia não já muito mais também""",
    "ru": """и а но да или либо ни что чтобы как когда если хотя потому так же бы ли не в во на с со к ко по из изо у
        о об обо от ото до за под над при про для без через между перед около после среди против ради вокруг я меня
        мне мной мой моя моё мои ты тебя тебе твой твоя он его ему им нём она её ей неё оно мы нас нам наш наша вы вас
        вам ваш ваша они их им них себя себе свой своя свои кто кого чего чем чему этот эта это эти тот та то те
        который которая которое которые весь вся всё все быть был была было были будет будут есть где куда почему очень
        ещё уже только тоже также""",
}  # fmt: skip
"""By ISO 639 code, parted by white space."""


@lru_cache(maxsize=len(LISTS))
def function_words(code: str) -> frozenset[str]:
    """The list of a language; empty where there is none."""
    return frozenset(LISTS.get(code, "").split())


def is_function_word(word: str, language: str) -> bool:
    """Whether a word (as `words` gives it) is a function word of the language (BCP 47)."""
    code = main_language(language)
    if code in LISTS:
        return word in function_words(code)
    parts = stems(word, language)
    return bool(parts) and all(part in stop_stems(language) for part in parts)
