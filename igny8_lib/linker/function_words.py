"""Words with which no phrase begins or ends: they only hold sentences together.

Stop word lists are made for searching, and hold words that name things as well ("fire", "bill", "system"): a phrase
stripped of those would be another one, "fire pit" a pit. So these are few: articles, pronouns, prepositions,
conjunctions, auxiliaries and question words. Languages that are not here have the stop words of the list.
"""

from __future__ import annotations

from functools import lru_cache

from igny8_lib.text.language import main_language
from igny8_lib.text.stems import stems
from igny8_lib.text.stop_words import stop_stems

WORDS = {
    "en": """a about after all also an and any are as at be because been before being both but by can could did do
        does doing each every for from had has have having he her here him his how i if in into is it its me
        more most my no nor not of on only or our out over own same she should so some such than that the their
        them then there these they this those through to too under until very was we were what when where which
        while who whom why will with would you your""",
    "de": """aber alle allem allen aller alles als also am an auch auf aus bei bin bis bist da damit das dass dein
        deine dem den der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen
        einer eines er es euer für hat habe haben hatte hier ich ihm ihn ihr ihre ihrem ihren im in ins ist ja
        jede jedem jeden jeder jedes kann kein keine können man mein meine mit nach nicht noch nun nur ob oder
        ohne sehr sein seine sich sie sind so sollte über um und uns unser unter vom von vor war warum was wegen
        weil welche welcher wenn wer werden wie wir wird wo wurde zu zum zur zwischen""",
    "es": """a al algo ante como con contra cual cuando de del desde donde durante e el ella ellas ellos en entre era
        es esa ese eso esta este esto estos fue ha han hasta hay la las le les lo los mas me mi mis mucho muy
        más ni no nos o para pero por porque que quien qué se según ser si sin sobre son su sus también te tu
        tus un una uno unos y ya yo cómo dónde cuándo""",
    "fr": """à au aux avec ce ces cet cette ceux dans de des du elle elles en est et eu il ils je la le les leur
        leurs lui ma mais me mes moi mon ne nos notre nous on ont ou où par pas pour qu que qui quand sa sans se
        ses si son sont sur ta te tes ton tu un une vos votre vous y être avoir fait plus très comment pourquoi
        quel quelle""",
    "it": """a ad al alla alle agli ai allo che chi ci come con cui da dai dal dalla dalle dei del della delle degli
        dello di e ed è era essere gli ha hanno i il in io la le lei lo loro lui ma mi mio mia nei nel nella
        nelle non noi o per perché più quale quando quanto questa queste questi questo se si sia sono su sua sue
        sul sulla suo suoi ti tra tu un una uno vi voi dove""",
    "nl": """aan al alle als bij dan dat de der deze die dit door een en er ge had heb hebben heeft het hij hoe hun
        ik in is ja je kan maar me men met mij mijn na naar niet nog nu of om omdat ons ook op over te tot u uit
        van veel voor waar waarom was wat we wel welke werd wie wij wil worden wordt zal ze zich zij zijn zo
        zonder""",
    "pt": """a ao aos as às com como da das de dela dele do dos e é ela elas ele eles em entre era essa esse esta
        este eu foi há isso isto já lhe mais mas me meu minha muito na não nas nem no nos nós o onde os ou para
        pela pelas pelo pelos por porque qual quando que quem se sem ser seu sua são só também te tem um uma
        você""",
    "ru": """а без более бы был была были было быть в вам вас во вот все всё вы где да для до его ее её если есть еще
        ещё же за и из или им их к как какая какие какой когда кто ли мне мы на над не него нее нет ни но о об
        он она они от по под при про с со так также там то тоже только у уже чего чем что чтобы это этого этот
        эта эти я""",
}


@lru_cache(maxsize=8)
def function_stems(language: str) -> frozenset[str]:
    """The stems of these words in a language (BCP 47)."""
    code = main_language(language)
    if code not in WORDS:
        return stop_stems(code)
    return frozenset(stem for word in WORDS[code].split() for stem in stems(word, code))
