"""The Italian glossary stands beside the English one, and the catalogue follows it."""

import re

import pytest
from babel.messages.pofile import read_po
from translations.collect import LOCALE, ROOT

from igmfat_nb.pages.terms import sections

#: What an English sentence says, and what its Italian one then says.
PAIRS = {
    r"\btitres?\b": r"titol[oi]\b",
    r"haematocrit": r"ematocrito",
    r"plasma volume": r"volum[ei] plasmatic[oi]",
    r"distribution volume": r"volume di distribuzione",
    r"\bdeficit\b": r"deficit",
    r"\brecovery\b": r"recupero",
    r"mass balance": r"bilancio di massa",
    r"septic shock": r"shock settico",
    r"vasopressors?\b": r"vasopressori?",
    r"vasoactive": r"farmaci vasoattivi",
    r"infusion rate": r"velocità",
    r"maximum labelled rate": r"velocità massima dell’RCP",
    r"\bvials?\b": r"flacon(e|i|cin[oi])\b",
    r"contraindication": r"controindica",
    r"limit for enrolment|limit of enrolment": r"limite di arruolamento",
    r"assay's limit": r"limite di quantificazione",
    r"prediction interval": r"intervallo di previsione",
    r"\bhalf-li(fe|ves)\b": r"emivit[ae]",
    r"exchange half-time": r"tempo di dimezzamento",
    r"\bsynthesis\b": r"sintesi",
    r"\bcohort\b": r"coort[ei]",
    r"(?<!laboratory )(?<!that )\breports?\b": r"relazion[ei]",
    r"\btrainer\b": r"docente",
    r"\bseats?\b": r"post[oi]\b",
    r"\blessons?\b": r"lezion[ei]",
    r"\bhandouts?\b": r"dispens[ae]",
    r"worked solution": r"soluzion[ei] svolt[ae]",
    r"join code": r"codice di accesso",
    r"virtual patients?": r"pazient[ei] virtual[ei]",
    r"virtual trials?": r"stud(io|i) simulat[oi]",
    r"\bpersonalised arm\b": r"braccio personalizzato",
    r"\bstandard arm\b": r"braccio standard",
    r"sample size": r"dimension[ei] campionari[ae]",
    r"type I error": r"errore di tipo I",
    r"\bpower\b": r"potenza",
    r"risk ratio": r"rischio relativo",
    r"drop-out": r"abbandoni",
    r"immortal": r"tempo immortale",
    r"\bseed\b": r"\bseme\b",
    r"\breadings?\b": r"lettur[ae]",
    r"assumption of this software": r"ipotesi di questo programma",
    r"\bunknown\b": r"non (è )?not[oaie]|sconosciut[oa]",
    r"\beligible\b": r"eleggibil[ei]",
    r"IgM-enriched immunoglobulin": r"immunoglobuline arricchite di IgM",
}
#: No sentence says this, whatever the English one says.
NEVER = {
    "fiala": r"\bfial[ae]\b",
    "predizione": r"predizion",
    "postazione": r"\bpostazion",
    "dosaggio of a drug": r"dosaggio (standard|personalizzato|giornaliero)",
    "livello for titre": r"livell[oi] di IgM",
    "bugiardino": r"bugiardin",
    "a ora": r"\b(a|da|alla|dalla) ora \{?\d",
    "the reader as tu": r"(?i)\b(tuo|tua|tuoi|tue)\b",
    "English left over": r"\b(trials?|target|titres?|arms?|seeds?|rate|label|cutoff)\b",
    "an article before a number": r"\b(il|del|nel|dal|sul|un)  %",
}
#: Words of contracts (options, keys, commands) and the sentences that say it otherwise.
MAY_DIFFER = {
    r"\btitres?\b": "Write a REDCap data dictionary whose export `import-table` reads.",
    r"haematocrit": "Doses of both arms and predicted titres for every row of a patient table.",
}
CONTRACT = re.compile(
    r"`[^`]*`|\{[^}]*\}|\([^)]*\.ipynb\)|--[\w-]+|\b\w+=\S+|\b[a-z_]+\.[a-z_]+|igmfat [\w-]+"
    r"|[“‘][a-z-]+[”’]|\b\w+_\w+\b|\bno (or|o) unknown\b|titre, dose ed event"
    r"|^arms:|titre \(titolo\)"
)


def pairs() -> list[tuple[str, str]]:
    """Each English sentence and its Italian one, without the words of contracts."""
    with (LOCALE / "it/LC_MESSAGES/igmfat.po").open("rb") as file:
        read = [one for one in read_po(file, locale="it") if one.id]
    found = []
    for one in read:
        if not one.locations[0][0].startswith("click/"):
            english = one.id if isinstance(one.id, list | tuple) else (one.id,)
            italian = one.string if isinstance(one.string, list | tuple) else (one.string,)
            found += list(zip(english, italian, strict=True))
    return found


SAID = pairs()


def unfollowed(said: str, meant: str, sentences: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sentences whose English says a term and whose Italian does not."""
    odd = []
    for english, italian in sentences:
        excused = MAY_DIFFER.get(said)
        if excused and english.startswith(excused):
            continue
        if re.search(said, CONTRACT.sub("", english), re.I) and not re.search(meant, italian, re.I):
            odd.append((english, italian))
    return odd


@pytest.mark.parametrize("said", PAIRS)
def test_one_term_for_one_idea(said: str):
    assert unfollowed(said, PAIRS[said], SAID) == []


@pytest.mark.parametrize("what", NEVER)
def test_no_sentence_says_what_is_to_be_avoided(what: str):
    found = [italian for _english, italian in SAID]

    assert [one for one in found if re.search(NEVER[what], CONTRACT.sub("", one))] == []


def test_another_term_would_be_noticed():
    wrong = [("The titre is low.", "Il livello è basso."), ("The titre is low.", "Titolo basso.")]

    assert unfollowed(r"\btitres?\b", PAIRS[r"\btitres?\b"], wrong) == wrong[:1]


def test_both_glossaries_have_the_same_rows():
    english, italian = sections("en"), sections("it")
    text = (ROOT / "docs/glossary.it.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\|.*", text, re.M)
    ]
    named = [row[4] for row in rows if row[0] not in ("termine", "---")]

    assert [len(terms) for terms in english.values()] == [len(terms) for terms in italian.values()]
    assert named == [one.term for terms in english.values() for one in terms]
    assert {row[5] for row in rows if row[0] not in ("termine", "---")} <= {"L", "R", "G", "L, R"}
    assert all(one.term and one.meaning for terms in italian.values() for one in terms)


def test_a_language_without_a_glossary_reads_the_english_one():
    assert sections("fr") == sections("en")
