"""What people read of this program: sentences in Albanian and English, and the pages of text made of them.

The first language is that of the file; English follows it, because whoever is called for help may read only that.
Catalogues of the box are not there yet when this runs, so the few sentences stand here, in a table that a test reads.
"""

from collections.abc import Iterable, Mapping

from deploy.raspberrypi.firstboot.mistakes import Mistake

ALBANIAN, ENGLISH = "sq", "en"
SENTENCES: Mapping[str, tuple[str, str]] = {
    "large": (
        "Skedari është shumë i madh për një skedar me parametra. Nisni përsëri nga shembulli.",
        "The file is too large to hold settings. Begin again from the example.",
    ),
    "encoding": (
        "Këtu ka një shkronjë që nuk lexohet. Ruajeni skedarin si UTF-8 (te Notepad: Ruaj si, Kodimi: UTF-8).",
        "There is a letter here that cannot be read. Save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8).",
    ),
    "curly": (
        "Këto janë thonjëza të lakuara. Shkruani të drejta: emri = \"...\". Notepad i bën vetë.",
        "These are curly quotes. Write straight ones: name = \"...\". Notepad does.",
    ),
    "no-quotes": (
        "Teksti duhet të jetë mes thonjëzave të drejta: emri = \"...\".",
        "Text must stand between straight quotes: name = \"...\".",
    ),
    "quote-open": (
        "Thonjëza hapet dhe nuk mbyllet. Shkruani një \" në fund.",
        "The quote is opened and not closed. Write a \" at the end.",
    ),
    "twice": (
        "Kjo është shkruar dy herë. Fshini njërën.",
        "This is written twice. Delete one of the two.",
    ),
    "no-toml": (
        "Ky rresht nuk kuptohet. Një rresht është: emri = \"vlera\"; një shënim fillon me #.",
        "This line cannot be understood. A line is: name = \"value\"; a remark begins with #.",
    ),
    "unknown-near": (
        "“{key}” nuk njihet. A e kishit fjalën për “{near}”?",
        "“{key}” is not known. Did you mean “{near}”?",
    ),
    "unknown-elsewhere": (
        "“{key}” nuk njihet këtu. “{near}” duhet të jetë nën {table}.",
        "“{key}” is not known here. “{near}” belongs under {table}.",
    ),
    "unknown": (
        "“{key}” nuk njihet. Fshijeni rreshtin, ose shihni shembullin.",
        "“{key}” is not known. Delete the line, or look at the example.",
    ),
    "no-table": (
        "“{key}” është emri i një pjese. Shkruani [{key}] në një rresht të vetin, e poshtë tij vlerat.",
        "“{key}” is the name of a part. Write [{key}] on a line of its own, and the values below it.",
    ),
    "type-text": (
        "“{key}” duhet të jetë tekst mes thonjëzave, si \"Gjilan\".",
        "“{key}” must be text between quotes, such as \"Gjilan\".",
    ),
    "type-yes-no": (
        "“{key}” është true ose false, pa thonjëza.",
        "“{key}” is true or false, without quotes.",
    ),
    "type-list": (
        "“{key}” është një listë: [\"ssh-ed25519 ...\"].",
        "“{key}” is a list: [\"ssh-ed25519 ...\"].",
    ),
    "empty": (
        "“{key}” është bosh. Shkruani vlerën, ose fshijeni rreshtin.",
        "“{key}” is empty. Write a value, or delete the line.",
    ),
    "long": (
        "“{key}” ka më shumë se {most} shkronja ose shenja të çuditshme. Shkurtojeni.",
        "“{key}” has more than {most} letters, or odd signs. Make it shorter.",
    ),
    "language": (
        "“{value}” nuk është gjuhë e kësaj kutie. Zgjidhni: {allowed}.",
        "“{value}” is no language of this box. Choose one of: {allowed}.",
    ),
    "security": (
        "“{value}” nuk njihet. Zgjidhni: {allowed}.",
        "“{value}” is not known. Choose one of: {allowed}.",
    ),
    "label": (
        "“{value}” nuk mund të jetë emër në rrjet. Shkronja a deri z, shifra e vizë, pa hapësira: \"shkolla-agimi\".",
        "“{value}” cannot be a name on a network. Letters a to z, digits and hyphens, no blanks: \"shkolla-agimi\".",
    ),
    "zone-near": (
        "“{value}” nuk është zonë kohore që njihet. Shkruani \"{near}\".",
        "“{value}” is no time zone that is known. Write \"{near}\".",
    ),
    "country": (
        "“{value}” nuk është kod shteti. Dy shkronja: XK për Kosovën, AL për Shqipërinë.",
        "“{value}” is no code of a country. Two letters: XK for Kosovo, AL for Albania.",
    ),
    "network": (
        "Emri i një rrjeti Wi-Fi ka më së shumti 32 shkronja, pa shenja të çuditshme.",
        "The name of a Wi-Fi network has at most 32 letters and no odd signs.",
    ),
    "password": (
        "Fjalëkalimi i Wi-Fi ka 8 deri 63 shenja: shkronja pa theks, shifra, shenja të tastierës.",
        "A Wi-Fi password has 8 to 63 signs: plain letters without accents, digits, signs of the keyboard.",
    ),
    "erased": (
        "Ky fjalëkalim u lexua dikur dhe u fshi nga skedari, por kutia nuk e ka më. Shkruajeni përsëri.",
        "This password was once read and erased from the file, but the box no longer has it. Write it again.",
    ),
    "erased-code": (
        "Ky kod u lexua dikur dhe u fshi nga skedari; kutia nuk e ka më. Merrni një të ri, ose fshini pjesën.",
        "This code was once read and erased; the box no longer has it. Get a new one, or delete the part.",
    ),
    "address": (
        "“{value}” nuk është adresë e qendrës. Shkruani si \"https://hub.example\".",
        "“{value}” is no address of a hub. Write it as \"https://hub.example\".",
    ),
    "code": (
        "Ky nuk është kod. Një kod ka 8 shenja, si \"K7PM-2R9X\", pa shkronjën U.",
        "This is no code. A code has 8 signs, like \"K7PM-2R9X\", without the letter U.",
    ),
    "ssh-key": (
        "Ky nuk është çelës publik SSH. Merrni rreshtin e plotë nga një skedar .pub: \"ssh-ed25519 AAAA...\".",
        "This is no public SSH key. Take the whole line out of a .pub file: \"ssh-ed25519 AAAA...\".",
    ),
    "ssh-private": (
        "Ky është një çelës PRIVAT. Fshijeni, bëni një të ri, dhe vendosni këtu vetëm rreshtin e skedarit .pub.",
        "This is a PRIVATE key. Delete it, make a new one, and put only the line of the .pub file here.",
    ),
    "missing": (
        "Nën [{key}] mungon “{needed}”. Shkruajeni, ose fshini pjesën.",
        "Under [{key}], “{needed}” is missing. Write it, or delete the part.",
    ),
    "two-networks": (
        ("Këtu Wi-Fi ku hyn kutia është “{other}”, te {ours} është “{joined}”. Vlen {ours}: kutia hyn te “{joined}”."
        " Fshini njërin nga të dy. Nëse duhet të mbetet ky këtu, shkruajeni përsëri fjalëkalimin e tij, sepse u fshi."),
        ("Here the Wi-Fi to join is “{other}”, in {ours} it is “{joined}”. {ours} counts: the box joins “{joined}”."
        " Delete one of the two. If the one here is to stay, write its password again, because it was erased."),
    ),
    "foreign": (
        ("Ky skedar është për një sistem tjetër. Kutia nuk e përdor dhe fshiu gjithçka që shkruante në të, sepse aty ka"
        " fjalëkalime. Fshijeni skedarin; parametrat shkruani te schoolbox.toml, ose hapni në Raspberry Pi Imager 2"
        " skedarin .rpi-imager-manifest të imazhit."),
        ("This file is for another system. The box does not use it, and erased all that stood in it, because there are"
        " passwords in such files. Delete the file; write the settings into schoolbox.toml, or open the"
        " .rpi-imager-manifest of the image in Raspberry Pi Imager 2."),
    ),
    "foreign-left": (
        ("Ky skedar është për një sistem tjetër. Kutia nuk e përdor dhe nuk e fshiu dot; mund të ketë fjalëkalime."
        " Fshijeni."),
        ("This file is for another system. The box does not use it and could not erase it; it may hold passwords."
        " Delete it."),
    ),
    "named-txt": (
        ("Skedari quhet {file}. Përmbajtja u lexua; riemërtojeni në {meant}. Windows i fsheh mbaresat: te Explorer,"
        " Shfaq, Mbaresat e emrave."),
        ("The file is called {file}. Its content was taken; rename it to {meant}. Windows hides endings: in Explorer,"
        " View, File name extensions."),
    ),
    "no-card": (
        ("Pjesa e kartës që e sheh çdo kompjuter nuk u hap dot: çka shkruan aty nuk u lexua, dhe asgjë nuk u shkrua."
        " Vendoseni kartën në një kompjuter dhe lëreni ta kontrollojë. Nëse kjo mbetet, merrni një kartë tjetër."),
        ("The part of the card that any laptop shows could not be opened: what stands there was not read, and nothing"
        " was written there. Put the card into a computer and let it be checked. If this stays, bring another card."),
    ),
    "grow": (
        "Pjesa e të dhënave nuk u zgjerua dot në gjithë kartën: ka pak vend. Provohet përsëri në nisjen tjetër.",
        ("The part for data could not be made as large as the card: there is little room. It is tried again at the next"
        " start."),
    ),
    "host-keys": (
        "Çelësat e SSH nuk u bënë dot. Provohet përsëri në nisjen tjetër.",
        "The keys for SSH could not be made. It is tried again at the next start.",
    ),
    "reset-word": (
        "Kjo nuk u kuptua dhe asgjë nuk u fshi. Rreshti i parë duhet të jetë RESET (pakot mbeten) ose RESET ALL.",
        "This was not understood, and nothing was erased. The first line must be RESET (packs stay) or RESET ALL.",
    ),
    "reset-again": (
        "Ky skedar u krye dikur; asgjë nuk u fshi. Fshijeni. Për një herë tjetër bëni një skedar të ri.",
        "This file was carried out before; nothing was erased. Delete it. To do it once more, make a new file.",
    ),
    "reset-failed": (
        "Kutia nuk u fshi dot deri në fund ({problem}). Ndoshta karta është e dëmtuar. Urdhërojeni edhe një herë.",
        "The box could not be erased to the end ({problem}). The card may be worn out. Order it once more.",
    ),
    "step": (
        "Diçka nga parametrat nuk u ruajt dot ({problem}). Kutia punon; provohet përsëri në nisjen tjetër.",
        "Some of the settings could not be kept ({problem}). The box works; it is tried again at the next start.",
    ),
    "broken": (
        ("Një hap i nisjes nuk u krye: “{step}” ({problem}). Hapat e tjerë u kryen; ky provohet përsëri në nisjen"
        " tjetër. Nëse kjo mbetet, dërgojani këtë skedar atij që ju dha imazhin."),
        ("A step of the start could not be done: “{step}” ({problem}). The others were; this one is tried again at the"
        " next start. If this stays, send this file to whoever gave you the image."),
    ),
    "left-out": (
        "Prandaj kjo pjesë nuk u mor: [{key}]. Asgjë tjetër nuk pengohet.",
        "Therefore this part was not taken: [{key}]. Nothing else is held up.",
    ),
}  # fmt: skip
HEAD = (
    ("Kutia u nis, por diçka në këtë kartë nuk është në rregull. Ndreqeni, ruajeni, nisni kutinë përsëri.\n"
    "Ky skedar zhduket vetë kur gjithçka është në rregull."),
    ("The box has started, but something on this card is not right. Mend it, save it, start the box again.\n"
    "This file goes away by itself once all is well."),
)
LINE = ("rreshti", "line")
CLAIM = (
    ("Kjo kuti nuk ka ende pronar. Hapni http://{name}.local/claim (ose http://10.42.0.1/claim në rrjetin e saj) dhe\n"
    "shkruani këtë kod: {code}\n"
    "Kush e ka kodin, e merr kutinë. Ky skedar zhduket kur kutia ka pronar."),
    ("This box has no owner yet. Open http://{name}.local/claim (or http://10.42.0.1/claim on its own Wi-Fi) and\n"
    "type this code: {code}\n"
    "Whoever has the code can own the box. This file goes away once the box has an owner."),
)

STRANDED = (
    ("Kutia nuk u nis dot: pjesa e kësaj karte me të dhënat (SCHOOLDATA) nuk hapet, edhe pse u provua të ndreqej.\n"
    "Çka është e sigurt: ajo që u dërgua te qendra ose u mor me vete në një stick. Çka nuk u dërgua dhe nuk u mor,\n"
    "është vetëm në këtë kartë.\n"
    "Çka të bëni:\n"
    "1. Prisni. Kutia provon përsëri vetë pas pesë minutash, çdo herë.\n"
    "2. Nëse kjo mbetet: fikeni kutinë dhe ruajeni këtë kartë. Mos e formatoni.\n"
    "3. Kutia punon me një kartë të re: docs/technician.md, “Flash”.\n"
    "4. Si mund të lexohet ndoshta karta e vjetër në një kompjuter: i njëjti udhëzues, “Recover”.\n"
    "Ky skedar zhduket vetë kur kutia niset."),
    ("The box could not start: the part of this card with its data (SCHOOLDATA) does not open, though it was mended\n"
    "as far as that goes.\n"
    "What is safe: what was sent to the hub or taken along on a stick. What was neither sent nor taken is on this\n"
    "card alone.\n"
    "What to do:\n"
    "1. Wait. The box tries again by itself after five minutes, each time.\n"
    "2. If this stays: switch the box off and keep this card. Do not format it.\n"
    "3. The box works with a new card: docs/technician.md, “Flash”.\n"
    "4. How the old card may be read on a computer: the same guide, “Recover”.\n"
    "This file goes away by itself once the box has started."),
)


def stranded() -> str:
    """The text of a box that cannot open its data; which language it had is not known then."""
    return _page(STRANDED)


def report(mistakes: Iterable[Mistake], left_out: Iterable[str], language: str) -> str:
    """The text of `schoolbox-error.txt`; empty if nothing is wrong. Nothing of a secret stands in it."""
    found = tuple(dict.fromkeys(mistakes))
    if not found:
        return ""
    groups = sorted(left_out)
    parts = []
    for tongue in _tongues(language):
        lines = [HEAD[tongue], "", *(f"- {sentence(each, tongue)}" for each in found)]
        lines += [f"- {SENTENCES['left-out'][tongue].format(key=group)}" for group in groups]
        parts.append("\n".join(lines))
    return _page(parts)


def sentence(wrong: Mistake, tongue: int) -> str:
    """One mistake in one tongue: `schoolbox.toml, line 3: ...`."""
    where = f"{wrong.file}, {LINE[tongue]} {wrong.line}" if wrong.line else wrong.file
    said = SENTENCES[wrong.code][tongue].format(**{"key": wrong.key, "file": wrong.file, **dict(wrong.facts)})
    return f"{where}: {said}"


def claim(code: str, name: str, language: str) -> str:
    """The text of `schoolbox-claim.txt`."""
    return _page([CLAIM[tongue].format(code=code, name=name) for tongue in _tongues(language)])


def _tongues(language: str) -> tuple[int, ...]:
    """Albanian and English, or English and Albanian: the places of the table, the better one first."""
    return (0, 1) if language == ALBANIAN else (1, 0)


def _page(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
