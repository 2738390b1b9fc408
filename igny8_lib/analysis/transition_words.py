"""Words and phrases that tell how a sentence goes on from the one before, language by language.

Written for this project: the connectives that each language's grammars name for adding, opposing, giving a cause,
a consequence, an order in time, an example, a condition, a summary. `A … B` is a pair of which both must stand in the
sentence in this order. Words that mostly mean something else ("so", "then" in the middle of a clause) are left out.
"""

from __future__ import annotations

CONNECTIVES = {
    "en": """above all; accordingly; additionally; after all; after that; afterwards; all in all; also; although;
        altogether; as a consequence; as a result; as long as; as shown above; as soon as; as well as; at first; at
        last; at the same time; at this point; because; before long; besides; but; by comparison; by contrast; by the
        way; by then; certainly; chiefly; comparatively; consequently; conversely; despite; despite this; due to;
        especially; even if; even so; even though; eventually; finally; first; first of all; firstly; following this;
        for example; for instance; for one thing; for that reason; for this reason; fortunately; furthermore;
        generally; given that; hence; however; if; in addition; in any case; in brief; in case; in comparison; in
        conclusion; in contrast; in fact; in general; in other words; in particular; in short; in spite of; in
        summary; in that case; in the end; in the first place; in the meantime; in the same way; in turn;
        incidentally; indeed; instead; last but not least; lastly; later; likewise; mainly; meanwhile; moreover; most
        importantly; namely; nevertheless; next; nonetheless; notably; notwithstanding; obviously; of course; on
        balance; on the contrary; on the one hand; on the other hand; on the whole; once; otherwise; overall; owing
        to; particularly; previously; provided that; rather than; regardless; secondly; similarly; simultaneously;
        since; so far; so that; sooner or later; specifically; still; subsequently; such as; that is; that is why;
        then; thereafter; therefore; thirdly; though; thus; to begin with; to conclude; to illustrate; to put it
        differently; to start with; to sum up; to summarise; to summarize; ultimately; undoubtedly; unfortunately;
        unless; unlike; until; what is more; when; whenever; whereas; while; with this in mind; yet;
        both … and; either … or; if … then; neither … nor; not only … but; whether … or""",
    "de": """aber; abgesehen davon; abschließend; allerdings; alles in allem; als erstes; also; am ende;
        andererseits; anders gesagt; anschließend; auch wenn; auf der anderen seite; auf diese weise; auf jeden
        fall; aus diesem
        grund; außerdem; beispielsweise; besonders; bevor; bis dahin; dabei; dadurch; dagegen; daher; damit; danach;
        daneben; dann; darum; darüber hinaus; dazu; dementsprechend; demnach; demzufolge; denn; dennoch; deshalb;
        deswegen; doch; drittens; ebenfalls; ebenso; einerseits; entsprechend; erstens; falls; ferner; folglich;
        freilich; genauso; gleichwohl; gleichzeitig; hingegen; im anschluss; im ergebnis; im folgenden; im gegensatz
        dazu; im gegenteil; im grunde; im vergleich; immerhin; in der folge; indem; infolgedessen; insbesondere;
        insgesamt; inzwischen; jedoch; kurz gesagt; kurzum; letztendlich; letztlich; mit anderen worten; mittlerweile;
        nachdem; nachher; natürlich; nichtsdestotrotz; nämlich; obgleich; obwohl; schließlich; schlussendlich;
        seitdem; sobald; sodass; sofern; solange; somit; sondern; sonst; sowie; später; statt dessen; stattdessen;
        trotz; trotzdem; unter anderem; unterdessen; vielmehr; vor allem; vorher; weil; weiterhin; wenn; wenngleich;
        wie gesagt; wohingegen; während; währenddessen; zuallererst; zudem; zuerst; zuletzt; zum beispiel; zum einen;
        zum schluss; zunächst; zusammenfassend; zusätzlich; zwar; zweitens; zwischenzeitlich;
        entweder … oder; je … desto; je … umso; nicht nur … auch; sowohl … als auch; weder … noch; wenn … dann""",
    "es": """a causa de; a continuación; a diferencia de; a menos que; a pesar de; a pesar de que; a saber; además;
        ahora bien; al contrario; al final; al mismo tiempo; al principio; ante todo; antes; antes de;
        asimismo; así; así
        como; así pues; así que; aun así; aunque; cabe destacar; como consecuencia; como resultado; con el fin de; con
        todo; cuando; dado que; de ahí que; de esta forma; de esta manera; de este modo; de forma similar; de hecho;
        de igual modo; de la misma manera; de lo contrario; de modo que; de todos modos; debido a; desde luego;
        después; después de; en cambio; en cierto modo; en comparación; en conclusión; en concreto; en consecuencia;
        en cualquier caso; en cuanto a; en definitiva; en efecto; en general; en lugar de; en otras palabras; en
        particular; en primer lugar; en resumen; en segundo lugar; en suma; en tercer lugar; en todo caso; en vez de;
        en última instancia; entonces; es decir; especialmente; esto es; finalmente; hasta ahora; igualmente; incluso;
        luego; mientras; mientras que; mientras tanto; más adelante; más tarde; no obstante; o sea; para concluir;
        para empezar; para que; para terminar; pero; por ejemplo; por el contrario; por ende; por eso; por esta razón;
        por fin; por lo general; por lo tanto; por otra parte; por otro lado; por supuesto; por tanto; por un lado;
        por una parte; por último; porque; posteriormente; primero; principalmente; pues; puesto que; siempre que; sin
        duda; sin embargo; sino; sobre todo; también; tampoco; tan pronto como; tras; ya que;
        ni … ni; no solo … sino; no sólo … sino; o bien … o bien; tanto … como; si … entonces""",
    "fr": """ainsi; ainsi que; alors; alors que; après; après tout; au contraire; au départ; au final; au lieu de;
        au moins; aussi; autrement dit; avant de; avant tout; bien entendu; bien que; bien sûr; bref; c'est pourquoi;
        c'est-à-dire; car; cependant; certes; comme; d'abord; d'ailleurs; d'autre part; d'un côté; d'une part; dans ce
        cas; dans l'ensemble; de ce fait; de cette façon; de cette manière; de fait; de l'autre; de la même façon; de
        la même manière; de même; de plus; de surcroît; de toute façon; depuis; deuxièmement; donc; du coup; du moins;
        dès lors; dès que; effectivement; en bref; en cas de; en conclusion; en conséquence; en d'autres termes; en
        dépit de; en effet; en fait; en fin de compte; en général; en outre; en particulier; en premier lieu; en
        raison de; en revanche; en résumé; en somme; en tout cas; en tout état de cause; enfin; ensuite; finalement;
        globalement; grâce à; jusqu'ici; jusqu'à ce que; lorsque; mais; malgré; malgré tout; même si; notamment;
        néanmoins; or; outre; par ailleurs; par conséquent; par contre; par exemple; par la suite; parallèlement;
        parce que; pendant que; plus précisément; plus tard; plutôt que; pour cette raison; pour commencer; pour
        conclure; pour finir; pour que; pour résumer; pourtant; premièrement; principalement; puis; puisque; quand;
        quant à; quoi qu'il en soit; quoique; sans doute; sauf si; si; surtout; tandis que; tout d'abord; toutefois;
        troisièmement; une fois que; vu que; à cause de; à condition que; à l'inverse; à la fin; à mesure que; à
        savoir; étant donné;
        ni … ni; non seulement … mais; soit … soit; d'une part … d'autre part""",
    "it": """a causa di; a condizione che; a differenza di; a meno che; a patto che; a questo punto; a tal fine; ad
        esempio; affinché; al contrario; al fine di; al posto di; alla fine; allo stesso modo; allo stesso tempo;
        allora; altrimenti; anche se; anzi; anzitutto; benché; certamente; cioè; come risultato; comunque; così; così
        come; d'altra parte; d'altronde; da un lato; dal momento che; dall'altro lato; dapprima; dato che; del resto;
        di conseguenza; di fatto; di solito; dopo; dopo che; dopodiché; dunque; ecco perché; eppure; finché; fino a
        quando; generalmente; grazie a; in altre parole; in breve; in cambio; in conclusione; in confronto; in
        effetti; in generale; in ogni caso; in particolare; in poche parole; in primo luogo; in questo modo; in
        realtà; in secondo luogo; in sintesi; in tal caso; in ultima analisi; infatti; infine; inizialmente;
        innanzitutto; inoltre; insomma; invece; ma; malgrado; mentre; naturalmente; nel complesso; nel frattempo;
        nonostante; ossia; ovvero; per cominciare; per concludere; per contro; per esempio; per finire; per iniziare;
        per questo; per questo motivo; per riassumere; perché; perciò; pertanto; però; piuttosto; poi; poiché;
        precedentemente; prima di; prima di tutto; principalmente; purché; quando; quindi; riassumendo; se; sebbene;
        sempre che; senza dubbio; siccome; similmente; soprattutto; specialmente; successivamente; tuttavia;
        ulteriormente; vale a dire; visto che;
        non solo … ma; né … né; o … oppure; sia … che; sia … sia; tanto … quanto""",
    "nl": """aan de andere kant; aan de ene kant; aangezien; al met al; allereerst; als gevolg van; alvorens; anders
        gezegd; bijgevolg; bijvoorbeeld; bovenal; bovendien; daarbij; daardoor; daarentegen; daarmee; daarna;
        daarnaast; daarom; daarvoor; dankzij; dat wil zeggen; derhalve; desalniettemin; desondanks; dientengevolge;
        dit betekent; doordat; dus; echter; eerder; eerst; evenals; eveneens; geleidelijk; hierbij; hierdoor; hiermee;
        hierna; hoewel; immers; in andere woorden; in de eerste plaats; in de tussentijd; in het algemeen; in het
        bijzonder; in ieder geval; in plaats van; in tegenstelling tot; in vergelijking met; indien; inmiddels;
        intussen; kortom; later; maar; met andere woorden; met name; mits; nadat; namelijk; natuurlijk; niettemin;
        nochtans; ofschoon; om te beginnen; omdat; ondanks; ondertussen; ook al; op deze manier; op dezelfde manier;
        opdat; over het algemeen; overigens; samengevat; samenvattend; sinds; sindsdien; tegelijkertijd; ten derde;
        ten eerste; ten gevolge van; ten slotte; ten tweede; tenslotte; tenzij; terwijl; toch; toen; tot nu toe; tot
        slot; totdat; trouwens; uiteindelijk; vandaar; vanwege; vergeleken met; vervolgens; vooral; voordat; voorts;
        wanneer; want; wegens; weliswaar; zoals; zodat; zodoende; zodra; zolang; zowel;
        hetzij … hetzij; hoe … hoe; niet alleen … ook; noch … noch; zowel … als; enerzijds … anderzijds""",
    "pt": """a fim de; a menos que; a princípio; a propósito; a saber; acima de tudo; afinal; ainda assim; ainda
        que; além disso; além do mais; anteriormente; antes de; antes de mais; antes de mais nada; ao
        contrário; ao final; ao
        mesmo tempo; ao passo que; apesar de; apesar disso; após; assim; assim como; assim que; até que; bem como;
        caso contrário; certamente; com efeito; como consequência; como resultado; conforme; consequentemente;
        contanto que; contudo; da mesma forma; dado que; de acordo com; de facto; de fato; de forma semelhante; de
        modo geral; de modo que; de qualquer forma; depois; depois de; desde que; dessa forma; desse modo; desta
        forma; deste modo; devido a; diferentemente; do mesmo modo; e assim; em comparação; em conclusão; em
        consequência; em contrapartida; em contraste; em geral; em outras palavras; em particular; em primeiro lugar;
        em resumo; em seguida; em segundo lugar; em suma; em síntese; em todo caso; em vez de; embora; enfim;
        enquanto; enquanto isso; entretanto; então; especialmente; finalmente; graças a; igualmente; inclusive;
        inicialmente; isto é; já que; logo; logo que; mais tarde; mas; mesmo assim; mesmo que; na verdade; nesse caso;
        nesse sentido; neste caso; no entanto; no fim; não obstante; ou seja; outrossim; para começar; para concluir;
        para que; pelo contrário; pois; por causa de; por conseguinte; por consequência; por exemplo; por fim; por
        isso; por outro lado; por um lado; por último; porquanto; porque; portanto; porém; posteriormente;
        primeiramente; primeiro; principalmente; quando; resumindo; sem dúvida; sendo assim; sobretudo; tal como;
        também; todavia; uma vez que; visto que;
        não só … mas; nem … nem; ora … ora; ou … ou; quer … quer; tanto … como; tanto … quanto""",
    "ru": """а именно; а также; без сомнения; безусловно; благодаря; более того; в итоге; в конечном счёте; в конце
        концов; в любом случае; в общем; в отличие от; в первую очередь; в результате; в свою очередь; в связи
        с; в сравнении
        с; в то время как; в то же время; в том числе; в целом; в частности; в-третьих; ведь; вместе с тем; вместо
        этого; вначале; во-вторых; во-первых; впоследствии; впрочем; вследствие; всё же; говоря иначе; даже если;
        далее; дело в том; для начала; для того чтобы; до сих пор; другими словами; если; затем; зато; и всё же; из
        этого следует; из-за; из-за этого; иначе; иначе говоря; исходя из; итак; к примеру; к сожалению; к счастью;
        как правило; как результат; когда; конечно; коротко говоря; короче говоря; кроме того; между тем; наконец;
        наоборот; например; напротив; несмотря на; но; однажды; однако; особенно; отсюда; очевидно; параллельно; перед
        тем как; по крайней мере; по сравнению с; по сути; по этой причине; пока; помимо этого; поскольку; после;
        после того как; после этого; потом; потому что; поэтому; прежде всего; прежде чем; при условии; при этом;
        притом; причём; проще говоря; разумеется; ранее; с другой стороны; с одной стороны; с тех пор; следовательно;
        следует отметить; сначала; соответственно; сперва; так как; так что; также; таким образом; тем не менее; тем
        самым; то есть; тогда; тоже; точно так же; хотя; чтобы; это значит; это означает;
        если … то; как … так и; либо … либо; не только … но; чем … тем""",
}
"""By ISO 639 code; entries parted by semicolons."""
