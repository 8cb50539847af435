"""What the demo project's people wrote into their logs: models, projects, outputs, agreements, cases."""

# ruff: noqa: E501 - a table reads better with one row a line
from __future__ import annotations

from datetime import date, timedelta

# name fi, sv, en · kind · theme · maintainer · stages as "date stage takers contribution"
RESULTS = (
    ("Metsämieli-ryhmämalli", "Gruppmodellen Skogssinne", "Forest Mind group model", "model", "innovation", "Lintulampi ry", "2023-03-15 idea 0 partial,2023-10-02 trial 2 partial,2024-09-10 use 4 strong,2025-05-20 spread 7 strong"),
    ("Hevostoiminnan turvallisuuskortti", "Säkerhetskort för hästverksamhet", "Safety card for work with horses", "model", "none", "Lintulampi ry", "2023-05-04 trial 3 strong,2024-02-12 use 9 strong,2025-03-03 spread 16 strong"),
    ("Kylätalojen hyvinvointikiertue", "Byahusens turné för välbefinnande", "Wellbeing tour of village halls", "network", "none", "", "2023-06-08 idea 0 partial,2024-04-22 trial 3 partial"),
    ("Yrttipolun tuotekortit", "Produktkort för örtstigen", "Product cards of the herb path", "model", "environment", "Yrttiniitty", "2023-09-12 idea 0 unclear,2024-05-27 trial 2 partial,2025-06-02 use 5 partial"),
    ("Savon luontohoivaverkosto", "Savolax nätverk för naturbaserad omsorg", "Nature and care network of Savo", "network", "innovation", "Leader Haapa", "2023-04-18 idea 0 strong,2023-11-21 trial 6 strong,2024-10-15 use 11 strong"),
    ("Vaikutusten seurantalomake", "Blankett för uppföljning av effekter", "Form for following effects", "model", "innovation", "Havutieto", "2023-10-19 trial 4 strong,2024-06-05 use 12 strong,2025-04-09 spread 21 partial"),
    ("Yhteinen saunapäivä", "Gemensam bastudag", "Joint sauna day", "model", "climate", "", "2023-11-28 idea 0 unclear,2024-08-19 trial 2 unclear"),
    ("Rannikon kaksikielinen vertaisrinki", "Kustens tvåspråkiga kamratnätverk", "Bilingual peer circle of the coast", "network", "none", "Lintulampi ry", "2024-01-23 idea 0 strong,2024-09-05 trial 5 strong,2025-02-18 use 8 strong"),
    ("Hiilijalanjäljen pikalaskuri", "Snabbräknare för koldioxidavtryck", "Quick carbon counter", "model", "climate", "Yrttiniitty", "2024-03-11 idea 0 partial,2025-01-28 trial 3 partial"),
    ("Esteetön luontoreitti -arviointi", "Bedömning av tillgänglig naturstig", "Accessible trail review", "model", "environment", "Mäntyranta", "2024-04-09 trial 2 partial,2025-04-14 use 6 partial"),
    ("Ostajan opas hyvinvointialueelle", "Köparguide för välfärdsområdet", "Buyer's guide for the wellbeing services county", "model", "innovation", "", "2024-05-15 idea 0 strong,2025-02-04 trial 2 strong"),
    ("Talvihyvinvoinnin paketti", "Vinterpaket för välbefinnande", "Winter wellbeing package", "model", "climate", "Yrttiniitty", "2024-10-29 idea 0 unclear,2025-09-16 trial 4 partial"),
    ("Taidetta ja puutarhaa", "Konst och trädgård", "Art and garden", "model", "none", "Lintulampi ry", "2025-01-14 trial 2 partial,2025-10-07 use 4 partial"),
    ("Pohjoisen matkailu- ja hoivarinki", "Nordlig ring för turism och omsorg", "Northern tourism and care circle", "network", "innovation", "Leader Haapa", "2025-03-25 idea 0 strong,2025-11-11 trial 7 strong"),
    ("Lajistolaskenta asiakkaiden kanssa", "Artinventering med kunder", "Counting species with clients", "model", "environment", "", "2025-05-06 idea 0 partial"),
)  # fmt: skip

# name · beneficiary · sector · region · start · end · result card
REGISTER = (
    ("Luonnosta voimaa", "Lintulammen kehitysyhdistys", "care", "FI1D2", "2022-03-01", "2023-08-31", "2023-10-05"),
    ("Hyvän mielen polut", "Mäntyrannan kunta", "move", "FI193", "2022-05-01", "2024-02-29", "2024-04-10"),
    ("Yrteistä elinkeinoksi", "Koivukankaan ammattiopisto", "natp", "FI1D9", "2022-09-01", "2024-08-31", "2024-11-20"),
    ("Tallilta tuttu", "Hevosväki ry (keksitty)", "care", "FI194", "2022-01-01", "2023-06-30", "2023-09-14"),
    ("Kylä hoivaa", "Kuusilahden Leader", "soc", "FI1D3", "2022-10-01", "2024-12-31", ""),
    ("Saunasta sisältöä", "Järvimaan matkailu osk", "tour", "FI1D1", "2023-01-01", "2024-12-31", "2025-02-11"),
    ("Skärgårdens lugn", "Utskärens utveckling rf", "tour", "FI1C1", "2023-02-01", "2025-01-31", "2025-03-18"),
    ("Elämyksiä erämaasta", "Tunturilaakson yrittäjät", "expe", "FI1D7", "2022-06-01", "2024-05-31", "2024-06-19"),
    ("Taide tulee kylään", "Sinisen talon yhdistys", "cult", "FI196", "2023-03-01", "2024-09-30", ""),
    ("Green Care -askeleet", "Pellavaseudun kehitys oy", "care", "FI197", "2023-01-01", "2025-06-30", "2025-08-26"),
    ("Liike kuuluu kaikille", "Jokivarren kunta", "move", "FI1D9", "2023-04-01", "2025-03-31", "2025-05-06"),
    ("Marjat maailmalle", "Suopursun osuuskunta", "natp", "FI1D8", "2022-04-01", "2023-12-31", "2024-02-15"),
    ("Hiljaa hyvä tulee", "Honkaniemen matkailu", "expe", "FI1C5", "2023-06-01", "2025-05-31", ""),
    ("Välmående vid kusten", "Strandbygdens förening", "soc", "FI195", "2023-05-01", "2025-12-31", ""),
    ("Näyttöä luonnosta", "Vaaran tutkimusyhdistys", "care", "FI1D3", "2023-01-01", "2025-12-31", ""),
    ("Tila ja tarina", "Hopeakuusen maatalousneuvonta", "tour", "FI1C2", "2023-08-01", "2025-07-31", "2025-09-30"),
    ("Muistimetsä", "Ruskean hyvinvointiyhdistys", "soc", "FI1D2", "2023-09-01", "2025-12-31", ""),
    ("Polkupyörällä hyvään oloon", "Lakeuden liikunta", "move", "FI194", "2023-10-01", "2025-09-30", "2025-11-12"),
    ("Puutarha kuntouttaa", "Omenarinteen säätiö", "care", "FI1B1", "2022-02-01", "2023-12-31", ""),
    ("Kulttuurikahvila kiertää", "Kirkkojärven kyläyhdistys", "cult", "FI1C3", "2024-01-01", "2025-12-31", ""),
    ("Vesi virkistää", "Saimaanrannan kehitys", "tour", "FI1D1", "2024-02-01", "2026-01-31", ""),
    ("Eläimet apuna", "Kanervan osaamiskeskus", "care", "FI1C4", "2024-01-01", "2025-10-31", "2025-12-01"),
    ("Ilmastoviisas majatalo", "Pohjanportin yrittäjät", "tour", "FI1D7", "2024-03-01", "2026-02-28", ""),
    ("Sienestä sieluun", "Rantametsän luonnontuote", "natp", "FI1D8", "2024-04-01", "2026-03-31", ""),
    ("Nuorten kylä", "Keskusjärven Leader", "soc", "FI193", "2024-05-01", "2026-04-30", ""),
    ("Friluftsliv för alla", "Norrgårdens idrott", "move", "FI195", "2024-06-01", "2026-05-31", ""),
    ("Elämys ja esteettömyys", "Kallavuoren matkailu", "expe", "FI1D2", "2024-08-01", "2026-07-31", ""),
    ("Perinne elää", "Vanhan tien kulttuuri", "cult", "FI1D5", "2024-09-01", "2026-08-31", ""),
    ("Palveluna metsä", "Tervalammen osuuskunta", "care", "FI1C1", "2025-01-01", "2026-12-31", ""),
    ("Öarnas hälsa", "Skärgårdens hälsa (påhittad)", "soc", "FI200", "2025-02-01", "2026-12-31", ""),
)  # fmt: skip

# origin · name fi, sv, en · fate · reason · decided · maintainer; h01–h06 are asked about in the survey
HERITAGE = (
    ("Hoivaketju", "Green Care -palvelujen laatukäsikirja (keksitty)", "Kvalitetshandbok för Green Care-tjänster (påhittad)", "Quality handbook for green care services (invented)", "updated", "vanhentuneet lomakkeet", "2023-09-20", "Lintulampi ry"),
    ("Hoivaketju", "Metsäretken turvallisuusohje (keksitty)", "Säkerhetsanvisning för skogsutflykter (påhittad)", "Safety guide for forest outings (invented)", "used", "yhä ajantasainen", "2023-06-15", "Lintulampi ry"),
    ("Matkahelmi", "Hyvinvointimatkailun tuotekortit (keksitty)", "Produktkort för välbefinnandeturism (påhittad)", "Product cards for wellbeing tourism (invented)", "merged", "yhdistettiin yrttipolun kortteihin", "2024-05-27", "Yrttiniitty"),
    ("Metsän antimet", "Luonnontuotealan verkkokurssi (keksitty)", "Nätkurs om naturprodukter (påhittad)", "Online course on natural products (invented)", "updated", "uusi alusta", "2024-11-13", "Koivuopisto"),
    ("Hoivaketju", "Vaikutusten seurannan lomakepohja (keksitty)", "Blankettmall för uppföljning av effekter (påhittad)", "Form for following effects on clients (invented)", "merged", "pohjaksi uudelle lomakkeelle", "2023-10-19", "Havutieto"),
    ("Metsän antimet", "Maanomistajan sopimusmalli (keksitty)", "Avtalsmodell för markägare (påhittad)", "Model agreement with landowners (invented)", "used", "yhä ajantasainen", "2024-02-08", "Maaneuvo ry"),
    ("Hoivaketju", "Laatumerkkien kriteerit", "Kriterier för kvalitetsmärken", "Criteria of the quality labels", "used", "siirtynyt yhdistykselle", "2023-06-15", "Lintulampi ry"),
    ("Hoivaketju", "Uutiskirjeen tilaajaluettelo", "Nyhetsbrevets prenumeranter", "List of newsletter subscribers", "dropped", "suostumukset puuttuivat", "2023-03-30", ""),
    ("Matkahelmi", "Asiakasprofiilit", "Kundprofiler", "Client profiles", "dropped", "tiedot vanhentuneet", "2024-03-21", ""),
    ("Matkahelmi", "Verkkokaupan opas", "Guide till nätbutik", "Guide to the web shop", "dropped", "muut ohjeet kattavat", "2024-03-21", ""),
    ("Metsän antimet", "Talteenoton ohjekortit", "Anvisningskort för tillvaratagande", "Cards on gathering", "updated", "ruotsinnos lisätty", "2025-04-24", "Maaneuvo ry"),
    ("Metsän antimet", "Alan hankekatsaus", "Översikt över branschens projekt", "Overview of projects in the field", "merged", "osaksi hankerekisteriä", "2023-11-09", "Kyläverkko"),
    ("Hoivaketju", "Esittelyvideot", "Presentationsvideor", "Introductory videos", "used", "tekstitetty uudelleen", "2025-02-12", "Lintulampi ry"),
    ("Matkahelmi", "Reittiluokitus", "Klassificering av leder", "Classification of trails", "undecided", "", "", ""),
    ("Metsän antimet", "Tutkimustiivistelmien arkisto", "Arkiv över forskningssammandrag", "Archive of research digests", "undecided", "", "", ""),
)  # fmt: skip

AGREEMENTS = (
    ("Yhteinen aloitusseminaari", "Gemensamt startseminarium", "Joint opening seminar"),
    ("Yhteinen uutinen joka kvartaali", "En gemensam nyhet varje kvartal", "A joint news item each quarter"),
    ("Hyvät esimerkit verkoston tietopankkiin", "Goda exempel till nätverkets bank", "Good examples to the network's bank"),
    ("Tilastot verkoston vuosikyselyyn", "Statistik till nätverkets årsenkät", "Figures for the network's yearly survey"),
    ("Työnjakokeskustelu ohjausryhmässä", "Diskussion om arbetsfördelningen i styrgruppen", "Talk on the division of work in the steering group"),
    ("Ruotsinkielinen yhteistilaisuus", "Gemensamt evenemang på svenska", "Joint event in Swedish"),
    ("Koulutus hanketoimijoille", "Utbildning för projektaktörer", "Training for project staff"),
    ("Kansainvälisen vierailun isännöinti", "Värdskap för ett internationellt besök", "Hosting an international visit"),
)  # fmt: skip
AGREED_STATES = {
    "2023": "done done done open done dropped done open",
    "2024": "done done done done done done done open",
    "2025": "done done done done open done done dropped",
}

# date · paragraph · text fi, sv, en · owner · due · state · state date
DECISIONS = (
    ("2023-05-24", "§ 14", "Palautelomake lyhennetään kahteen minuuttiin", "Responsblanketten förkortas till två minuter", "Shorten the feedback form to two minutes", "hankepäällikkö", "projektchefen", "project manager", "2023-08-31", "done", "2023-08-21"),
    ("2023-05-24", "§ 15", "Epäonnistumisista tehdään oma juttusarja", "En egen artikelserie görs om misslyckanden", "Start a series of stories on failures", "viestijä", "kommunikatören", "communications officer", "2023-12-31", "done", "2024-01-16"),
    ("2023-11-29", "§ 31", "Ruotsinkielisiä tilaisuuksia lisätään", "Evenemangen på svenska blir fler", "Hold more events in Swedish", "koordinaattori", "koordinatorn", "coordinator", "2024-06-30", "done", "2024-05-07"),
    ("2023-11-29", "§ 32", "Työnjako verkoston kanssa kirjataan", "Arbetsfördelningen med nätverket skrivs ner", "Write down the division of work with the network", "hankepäällikkö", "projektchefen", "project manager", "2024-03-31", "done", "2024-03-12"),
    ("2024-05-22", "§ 11", "Osallistujaluettelo tallennetaan jokaisesta tilaisuudesta", "Deltagarlistan sparas från varje evenemang", "Keep the list of every event", "koordinaattori", "koordinatorn", "coordinator", "2024-09-30", "open", "2024-05-22"),
    ("2024-05-22", "§ 12", "Ilmastoteema näkyväksi kahteen tilaisuuteen", "Klimattemat lyfts fram i två evenemang", "Make the climate theme visible in two events", "koordinaattori", "koordinatorn", "coordinator", "2024-12-31", "done", "2024-11-26"),
    ("2024-11-27", "§ 27", "Yrittäjäkyselyn muistutus puhelimitse", "Påminnelse om företagarenkäten per telefon", "Remind entrepreneurs by phone", "hankepäällikkö", "projektchefen", "project manager", "2025-11-30", "dropped", "2025-09-10"),
    ("2024-11-27", "§ 28", "Perittyjen tuotosten kohtalo päätetään", "Resultaten från tidigare projekt avgörs", "Decide the fate of inherited outputs", "ohjausryhmä", "styrgruppen", "steering group", "2025-06-30", "open", "2024-11-27"),
    ("2025-05-21", "§ 9", "Uutiskirjeen rakenne uusitaan", "Nyhetsbrevets struktur görs om", "Renew the structure of the newsletter", "viestijä", "kommunikatören", "communications officer", "2025-10-31", "open", "2025-05-21"),
    ("2025-05-21", "§ 10", "Kainuuseen ja Keski-Pohjanmaalle oma tilaisuus", "Ett eget evenemang i Kajanaland och Mellersta Österbotten", "Hold an event in Kainuu and Central Ostrobothnia", "koordinaattori", "koordinatorn", "coordinator", "2025-12-31", "done", "2025-11-18"),
    ("2025-11-26", "§ 24", "Työnjako käydään läpi verkoston kanssa uudelleen", "Arbetsfördelningen gås igenom på nytt med nätverket", "Go through the division of work again", "hankepäällikkö", "projektchefen", "project manager", "2026-02-28", "open", "2025-11-26"),
    ("2025-11-26", "§ 25", "Mallien ylläpitäjät nimetään", "De som tar över modellerna utses", "Name maintainers of the models", "ohjausryhmä", "styrgruppen", "steering group", "2026-03-31", "open", "2025-11-26"),
)  # fmt: skip

# date · kind · title · projects; the last one is of one owner's projects alone, and counts for nothing
JOINT = (
    ("2023-05-15", "application", "Hakemus: Luonto hoivaa yli maakuntarajan", "p01+p05"),
    ("2023-10-09", "pilot", "Kokeilu: marja- ja saunapäivä", "p06+p12"),
    ("2024-03-22", "application", "Ansökan: Kusten mår bra", "p07+p14"),
    ("2024-09-11", "pilot", "Kokeilu: muistimetsän kävelyryhmä", "p10+p15+p17"),
    ("2025-02-13", "application", "Hakemus: Kulttuuria ja liikettä kyliin", "p11+p20"),
    ("2025-04-29", "application", "Hakemus: Eläimet ja puutarha hoivassa", "p22+p15"),
    ("2025-09-03", "pilot", "Kokeilu: esteetön sienipäivä", "p24+p27"),
    ("2025-10-20", "pilot", "Kokeilu: majatalon omat ilmastokahvit", "p23"),
)

# date · question · title, chain, evidence, causes, others, part: each fi, sv, en · contribution · consent
CASES = (
    ("2023-12-12", "EQ1", "Kahdesta hankkeesta yksi verkosto", "Från två projekt till ett nätverk", "Two projects become one network",
     "Tapaaminen virtuaalikahveilla → yhteinen työpaja → verkosto, jossa kuusi organisaatiota.", "Möte vid den virtuella kaffepausen → gemensam workshop → ett nätverk med sex organisationer.", "Met at a virtual coffee → held a joint workshop → a network of six organisations.",
     "Verkoston muistiot ja jäsenluettelo; kysely 2023: neljä kuudesta kertoo yhteyden syntyneen hankkeessa.", "Nätverkets minnesanteckningar och medlemslista; enkäten 2023: fyra av sex säger att kontakten uppstod i projektet.", "The network's minutes and list of members; survey of 2023: four of six say that the tie began in the project.",
     "Sote-uudistus pakotti etsimään kumppaneita; kaksi jäsentä tunsi toisensa ennestään.", "Vårdreformen tvingade alla att söka partner; två medlemmar kände varandra sedan tidigare.", "The health and social services reform made everybody look for partners; two members knew each other before.",
     "Leader-ryhmä rahoitti ensimmäisen vuoden kokoukset.", "Leadergruppen betalade det första årets möten.", "The Leader group paid for the first year's meetings.",
     "Kutsui tahot samaan kahvihetkeen ja veti yhteisen työpajan.", "Bjöd in parterna till samma kaffepaus och ledde den gemensamma workshopen.", "Invited both to the same coffee and led the joint workshop.", "strong", "yes"),
    ("2024-10-30", "EQ2", "Turvallisuuskortti avasi ostajan oven", "Säkerhetskortet öppnade köparens dörr", "A safety card opened the buyer's door",
     "Työpaja → turvallisuuskortti yhdeksässä yrityksessä → kahden yrityksen sopimus kunnan kanssa.", "Workshop → säkerhetskort i nio företag → två företags avtal med kommunen.", "Workshop → safety card in nine firms → two firms' contract with the municipality.",
     "Kunnan hankintapäätös; turvallisuuskorttien päiväykset ennen tarjouspyyntöä.", "Kommunens upphandlingsbeslut; säkerhetskorten är daterade före anbudsförfrågan.", "The municipality's decision; the safety cards are dated before the call for tenders.",
     "Kunnan uusi hankintaohje vaati turvallisuusarvion kaikilta.", "Kommunens nya upphandlingsanvisning krävde en säkerhetsbedömning av alla.", "The municipality's new guideline asked everybody for a safety assessment.",
     "Kunnan hankintayksikkö ja alueellinen hevosyhdistys.", "Kommunens upphandlingsenhet och den regionala hästföreningen.", "The municipality's procurement unit and the regional horse association.",
     "Laati korttipohjan ja neuvoi yhdeksää yritystä työpajassa.", "Gjorde kortmallen och gav nio företag råd på workshopen.", "Made the card's template and advised nine firms at the workshop.", "partial", "yes"),
    ("2025-06-11", "EQ3", "Epäonnistunut kokeilu säästi toisen työn", "Ett misslyckat försök sparade andras arbete", "A failed trial saved others the work",
     "Juttu epäonnistumisesta → kaksi hanketta muutti suunnitelmaansa → kokeilu tehtiin toisin.", "En artikel om misslyckandet → två projekt ändrade sin plan → försöket gjordes annorlunda.", "A story on a failure → two projects changed their plans → the trial was run another way.",
     "Kahden hankkeen muutetut suunnitelmat, joissa jutun opit mainitaan.", "Två projekts ändrade planer, där artikelns lärdomar nämns.", "Changed plans of two projects, which name what the story taught.",
     "Toinen hankkeista oli jo epäillyt suunnitelmaansa oman arviointinsa takia.", "Det ena projektet hade redan tvivlat på sin plan efter sin egen utvärdering.", "One of the projects had already doubted its plan after its own evaluation.",
     "Kokeilun epäonnistumisesta kertonut hanke.", "Projektet som berättade om sitt misslyckade försök.", "The project that told of its failed trial.",
     "Kirjoitti jutun yhdessä epäonnistuneen hankkeen kanssa ja vei sen kahville.", "Skrev artikeln tillsammans med det misslyckade projektet och tog den till kaffepausen.", "Wrote the story with the project that failed and took it to the coffee.", "partial", "yes"),
    ("2025-11-19", "EQ2", "Yrttipolusta viiden yrityksen tuote", "Örtstigen blev fem företags produkt", "The herb path became five firms' product",
     "Opintomatka → tuotekortit → viisi yritystä myy samaa päivää.", "Studieresa → produktkort → fem företag säljer samma dag.", "Study visit → product cards → five firms sell the same day.",
     "Viiden yrityksen myyntisivut.", "Fem företags försäljningssidor.", "Five firms' sales pages.",
     "Matkailukysynnän kasvu.", "Den ökade efterfrågan på turism.", "Growing demand for tourism.",
     "Matkailuyhdistys.", "Turistföreningen.", "The tourist association.",
     "", "", "", "unclear", "no"),
)  # fmt: skip

ACCOUNTS = (
    ("2023", "186000", "171450.20", "27.5"),
    ("2024", "192000", "188902.75", "29"),
    ("2025", "198000", "195310.4", "28.5"),
)

PARTNERS = {  # partner → organisations, by role or invented name
    "ely": ("ELY-keskuksen toimialapäällikkö, sote", "ELY-keskuksen toimialapäällikkö, luonnontuotteet", "ELY-keskus, maaseutuyksikkö"),
    "network": ("Maaseutuverkosto, verkostopalvelut", "Maaseutuverkosto, viestintä"),
    "coordination": ("Lähiruoan koordinaatiohanke (keksitty)", "Matkailun koordinaatiohanke (keksitty)", "Hevosalan koordinaatiohanke (keksitty)"),
    "other": ("Kylien liitto (keksitty)", "Hyvinvoinnin tutkimusyhdistys (keksitty)", "Landsbygdens välmående rf (påhittad)", "Nordisk Grøn Omsorg (oppdiktet)"),
}  # fmt: skip
NOTES = {
    "data": ("hankelista koottu yhdessä", "tilastot vaihdettu", "kyselyn jakelu sovittu"),
    "events": ("yhteinen tilaisuus", "puheenvuoro seminaarissa", "opintomatkan isännöinti"),
    "communication": ("yhteinen uutinen", "podcast-jakso", "uutiskirjeen vinkit; vastavuoroisesti"),
    "training": ("koulutuspäivä hanketoimijoille", "verkkokurssin luento", "neuvojien perehdytys"),
}


def running(day: date) -> tuple[str, ...]:
    """Ids of the register's projects that run on a day, or ended at most half a year before it."""
    first, last = day.isoformat(), (day - timedelta(days=182)).isoformat()
    return tuple(f"p{n:02d}" for n, row in enumerate(REGISTER, 1) if row[4] <= first and row[5] >= last)
