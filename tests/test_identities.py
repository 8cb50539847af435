"""What is marked in a free text: every kind, in the forms in which people write it."""

from __future__ import annotations

import pytest

from evallib.privacy.identities import Identity, Known, identities

KNOWN = Known(
    names=frozenset({"Eeva Åkerö", "Matti Virtanen", "Pekka Mäki", "Anna-Liisa Lahti"}),
    organisations=frozenset({"Metsätupa Green Care (keksitty)", "Mäntyrannan kunta", "Suon kehitysyhdistys"}),
    common=frozenset({"Lappi", "Lappland"}),
)


def marked(written: str) -> list[tuple[str, str]]:
    return [(written[one.start : one.end], one.kind.value) for one in identities(written, KNOWN)]


def code(birth: str, sign: str, number: str) -> str:
    return f"{birth}{sign}{number}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(birth + number) % 31]}"


@pytest.mark.parametrize("sign", list("+-ABCDEFUVWXY"))
def test_identity_codes_are_found_with_every_separator(sign: str) -> None:
    written = code("131052", sign, "308")
    assert written.endswith("T")
    assert marked(f"Tunnus {written.lower()} on hänen.") == [(written.lower(), "identity code")]


@pytest.mark.parametrize("written", ["131052-308X", "139952-3086", "131052_308T", "131052-30T"])
def test_a_wrong_check_character_month_or_form_is_no_identity_code(written: str) -> None:
    assert "identity code" not in [kind for _, kind in marked(written)]


@pytest.mark.parametrize(
    ("written", "part", "kind"),
    [
        ("Soita 040 123 4567 illalla", "040 123 4567", Identity.PHONE),
        ("Soita +358 (0)40-1234567", "+358 (0)40-1234567", Identity.PHONE),
        ("ring 0046 8 123 456 78", "0046 8 123 456 78", Identity.PHONE),
        ("Kirjoita eeva.akero@example.org.", "eeva.akero@example.org", Identity.EMAIL),
        ("Kirjoita eeva (at) example.org", "eeva (at) example.org", Identity.EMAIL),
        ("ma\u200btti@example.org", "ma\u200btti@example.org", Identity.EMAIL),
        ("ks. www.example.org/a?b=c heti", "www.example.org/a?b=c", Identity.URL),
        ("sivulla hevostila.fi kerrotaan", "hevostila.fi", Identity.URL),
        ("Asun Rantatie 5 A 3:ssa", "Rantatie 5 A 3", Identity.ADDRESS),
        ("asun rantatiellä 5", "rantatiellä 5", Identity.ADDRESS),
        ("på Storgatan 12 B", "Storgatan 12 B", Identity.ADDRESS),
        ("99999 Korvatunturi", "99999 Korvatunturi", Identity.ADDRESS),
        ("tili FI21 1234 5600 0007 85", "1234 5600 0007 85", Identity.NUMBER),
        ("ystävän Eevan kanssa", "Eevan", Identity.NAME),
        ("Virtasella oli aikaa", "Virtasella", Identity.NAME),
        ("Mäen pihalla", "Mäen", Identity.NAME),
        ("vid Lahdens gård", "Lahdens", Identity.NAME),
        ("metsätupa green caressa", "metsätupa green caressa", Identity.ORGANISATION),
        ("mäntyrannan kunnan tilaus", "mäntyrannan kunnan", Identity.ORGANISATION),
        ("Suon kehitysyhdistyksen väki", "Suon kehitysyhdistyksen", Identity.ORGANISATION),
        ("Yritys Hevostila Harju Oy toimii", "Yritys Hevostila Harju Oy", Identity.ORGANISATION),
        ("kävin Korvatunturilla", "Korvatunturilla", Identity.POSSIBLE_NAME),
    ],
)
def test_a_form_that_people_use_is_marked(written: str, part: str, kind: Identity) -> None:
    assert marked(written) == [(part, kind.value)]


def test_two_parts_of_a_name_in_small_letters_are_marked_and_one_is_not() -> None:
    assert marked("puhuin, matti virtanen auttoi") == [("matti", "name"), ("virtanen", "name")]
    assert marked("joen virta vei") == []


@pytest.mark.parametrize(
    "written",
    [
        "Jatkakaa virtuaalikahveja, vähentäkää uutiskirjeitä.",
        "Kausi 2023-2027, 1.1.2025–31.12.2025, 100 000 euroa, 5 päivää, klo 10.30",
        "Lapissa oli hyvä. Lappland är fint. ELY ja EU auttoivat.",
        "",
    ],
)
def test_ordinary_text_has_no_marks(written: str) -> None:
    assert marked(written) == []


def test_marks_do_not_overlap_and_stand_in_reading_order() -> None:
    found = identities("Eeva Åkerö, eeva.akero@example.org, 040 123 4567, Rantatie 5", KNOWN)
    assert [one.kind.value for one in found] == ["name", "name", "e-mail", "phone", "address"]
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
