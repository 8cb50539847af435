"""Open answers of the demo, by item and language, and the hostile ones that real forms also get."""

# ruff: noqa: E501 - a table reads better with one row a line
from __future__ import annotations

import unicodedata

TEXTS = {
    "T05b": {
        "fi": ("Kokeilemme lyhyempää metsäkävelyä keväällä.", "Otan yhteyttä naapuripitäjän hevostilaan.", "Teemme turvallisuussuunnitelman valmiiksi.", "Lisään palautekyselyn jokaisen ryhmän loppuun."),
        "sv": ("Vi prövar en kortare skogspromenad i vår.", "Jag kontaktar hästgården i grannbyn.", "Vi gör säkerhetsplanen färdig."),
        "en": ("We will try a shorter forest walk in spring.", "I will call the farm we met."),
    },
    "T07b": {
        "fi": ("Ääni pätki ja chat jäi huomaamatta.", "Esitysten tekstitys puuttui.", "Paikalle ei päässyt julkisilla."),
        "sv": ("Ljudet bröts och materialet fanns bara på finska.", "Det gick ingen buss till platsen."),
        "en": ("Slides were only in Finnish.", "The sound broke off twice."),
    },
    "T10": {
        "fi": ("Hyvät esimerkit, mutta keskustelulle olisi pitänyt jättää enemmän aikaa.", "Pienryhmät toimivat todella hyvin.", "Enemmän yrittäjien omia kokemuksia, kiitos.", "Oli virkistävää kuulla, mikä ei onnistunut.", "Aikataulu oli liian tiukka, muuten hyvä päivä.", "Materiaalit olisi hyvä saada etukäteen."),
        "sv": ("Bra exempel, men mer tid för diskussion behövs.", "Smågrupperna fungerade fint.", "Gärna mer på svenska nästa gång.", "Skönt att höra också om det som inte lyckades."),
        "en": ("Good examples, but too little time to talk.", "The small groups worked well."),
    },
    "P03": {
        "fi": ("Teimme yhteisen retkipaketin kahden yrityksen kesken.", "Otimme palautelomakkeen käyttöön kaikissa ryhmissä.", "Sain kunnasta ensimmäisen tilauksen."),
        "sv": ("Vi gjorde ett gemensamt utflyktspaket med två företag.", "Jag fick en första beställning från kommunen."),
        "en": ("We put together a joint day trip with another firm.",),
    },
    "N19": {
        "fi": ("Tunnemme nyt toiset hankkeet ja sovimme työnjaosta.", "Hyvinvointialue otti luontolähtöisen ryhmän kokeiluun.", "Kaksi yritystä alkoi myydä yhdessä."),
        "sv": ("Vi känner nu de andra projekten och har kommit överens om arbetsfördelningen.", "Två företag började sälja tillsammans."),
        "en": ("Projects in our region now know each other.",),
    },
    "N19o": {
        "fi": ("Oma sitkeä työ ja kunnan rahoitus.", "Sote-uudistus pakotti miettimään asiat uusiksi."),
        "sv": ("Vårt eget arbete och kommunens finansiering.",),
        "en": ("Our own work, and a new buyer.",),
    },
    "N20": {
        "fi": ("Jatkakaa virtuaalikahveja, vähentäkää uutiskirjeitä, aloittakaa alueelliset parit.", "Työnjako maaseutuverkoston kanssa pitäisi sanoa selvemmin.", "Lisää kokeiluja yli toimialojen."),
        "sv": ("Fortsätt med det virtuella kaffet, färre nyhetsbrev, börja med regionala par.", "Arbetsfördelningen med landsbygdsnätverket borde sägas tydligare."),
        "en": ("Continue the coffees, stop the long newsletters, start pairing regions.",),
    },
    "Y21": {
        "fi": ("Ostajia on vaikea löytää pienellä paikkakunnalla.", "Kiitos käytännön avusta turvallisuussuunnitelmassa!", "Etäisyydet syövät katteen, vaikka kysyntää olisi."),
        "sv": ("Det är svårt att hitta köpare på en liten ort.", "Tack för praktisk hjälp med säkerhetsplanen!"),
        "en": ("Buyers are hard to find in a small place.",),
    },
    "O12": {
        "fi": ("Selkeytetään työnjako verkoston kanssa ennen kesää.", "Suunnataan tapahtumia alueille, joissa osallistujia on vähän."),
        "sv": ("Vi borde klargöra arbetsfördelningen före sommaren.",),
        "en": ("Agree on the division of work before summer.",),
    },
    "any": {
        "fi": ("kylän oma ilmoitustaulu", "naapurin suositus", "ei muuta"),
        "sv": ("byns anslagstavla", "en grannes tips", "inget annat"),
        "en": ("the village notice board", "nothing else"),
    },
}  # fmt: skip

HOSTILE = (
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    '#read("/etc/passwd")',
    "$x_1$ ja 100 % \\textbf{hyvä}",
    "@SUM(1)",
    "ensin\tsarkain, sitten\nuusi rivi",
    "Kiitos \N{EVERGREEN TREE}\N{HORSE}!",
    unicodedata.normalize("NFD", "Päivä oli hyvä, ärsyttävää oli vain ääni."),
    'Puhuja sanoi: "kokeilkaa; jakakaa, oppikaa"',
    "Soittakaa Maija Kuvitteelliselle, 040 000 0000, maija@example.org.",
    "Ring mig på +358 50 000 00 00 / Örjan",
    "NA",
    "007",
    "   väliä edessä ja takana   ",
)
