"""Forty planted strings go in; every file that comes out is unpacked and searched in every spelling."""

from __future__ import annotations

import base64
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pikepdf
import pytest
from canary_project import EMAIL, FILE, KEY, NAME, NEEDLES, TOKEN, Run, canary_run
from pypdf import PdfReader

from evallib.errors import PrivacyError
from evallib.privacy.scan import Hit, needles_of, scan
from evallib.records import FieldClass, SourceTable
from evallib.steps.context import Context
from evallib.steps.leaks import received_of, refuse_leaks
from evallib.store import Store, Tier
from evallib.workspace import find_workspace


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return canary_run(tmp_path_factory.getbasetemp())


def spellings(needle: str) -> set[bytes]:
    """The needle in every form in which it may be written."""
    plain = needle.encode()
    found = {
        plain,
        needle.encode("utf-16-le"),
        needle.encode("utf-16-be"),
        needle.encode("latin-1", "replace"),
    }
    found |= {plain.hex().encode(), plain.hex().upper().encode()}
    found |= {quote(needle).encode(), quote(needle, safe="").encode(), html.escape(needle).encode()}
    found |= {json.dumps(needle)[1:-1].encode(), json.dumps(needle, ensure_ascii=False)[1:-1].encode()}
    for data in (plain, needle.encode("utf-16-le")):
        for shift in range(3):
            coded = base64.b64encode(b"\0" * shift + data)
            inner = coded[(shift * 8 + 5) // 6 : len(coded) - (4 if len(b"\0" * shift + data) % 3 else 0)]
            found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return {one for one in found if len(one) >= 8}


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file as it lies, and all that is packed in it."""
    yield name, data
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            for number, one in enumerate(pdf.objects):
                yield f"{name}:object {number}", repr(one).encode()
                if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image":
                    yield f"{name}:stream {number}", one.read_bytes()
            yield f"{name}:information", repr(dict(pdf.docinfo)).encode()
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]
        yield f"{name}:pages", "\n".join(pages).encode()
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for part in packed.namelist():
                yield from unpacked(f"{name}:{part}", packed.read(part))
    for number, blob in enumerate(re.findall(rb"base64,([A-Za-z0-9+/=]+)", data)):
        yield from unpacked(f"{name}:picture {number}", base64.b64decode(blob))


def produced(run: Run) -> Iterator[tuple[str, bytes]]:
    """All files outside the received ones, the raw and the text tier, and the worksheet; and all output."""
    store = Store(run.root / "surveys" / "store")
    kept = {
        sha
        for tier in (Tier.RAW, Tier.TEXT)
        for period in store.periods(tier)
        for sha in store.latest(tier, period).entries.values()  # type: ignore[union-attr]
    }
    private = [
        run.root / "surveys" / one for one in ("demo", "quotes", "coding", "store/manifests/raw", "store/raw")
    ]
    for path in [*run.root.rglob("*"), *run.temp.rglob("*")]:
        personal = path.parent.name + path.name in kept or any(one in path.parents for one in private)
        if path.is_file() and not personal:
            yield path.name, path.read_bytes()
            yield f"name of {path.name}", str(path.relative_to(run.root.parent)).encode()
    for verb, said in run.said.items():
        yield f"output of {verb}", said


def test_every_verb_ran_as_it_should(run: Run) -> None:
    good = {verb for verb, code in run.codes.items() if code == 0}
    assert {"check 2025", "freeze 2025", "report 2025", "quotes 2025", "trace 2025/T6.1"} <= good, run.said
    sheets = [f"surveys/coding/2025-{coder}.xlsx" for coder in "ab"]
    assert {f"coding take {one} 2025 --again" for one in sheets} <= good, run.said
    assert {"coding start 2025", "coding settle 2025", "coding status 2025"} <= good, run.said
    assert run.codes[f"coding take {sheets[0]} 2025"]  # taken already
    assert {"audit 2025", "verify 2025 --hashes", "publish 2025", "commentary start 2025"} <= good, run.said
    assert {"export final 2025", "export slides 2025", "export web 2025"} <= good, run.said
    assert "export feedback e2503 2025" in good, run.said
    assert "export claim --from 2025-01-01 --to 2025-12-31" in good, run.said
    assert run.codes["trace 2025/I99.nothing"] and run.codes["check 2099"]
    assert len(NEEDLES) >= 40


def test_the_planted_strings_went_in(run: Run) -> None:
    """Otherwise finding none would prove nothing."""
    store = Store(run.root / "surveys" / "store")
    raw = store.latest(Tier.RAW, "2025")
    assert raw is not None and f"inbox/events/{FILE}" in raw.entries
    texts = store.latest(Tier.TEXT, "2025")
    assert texts is not None
    open_answers = b"".join(store.get(sha) for sha in texts.entries.values())
    everything = b"".join(store.get(sha) for sha in raw.entries.values())
    assert b"hevoshieroja" in open_answers and b"131052-308T" in open_answers
    assert EMAIL.encode() in everything and TOKEN.encode() in everything
    sheet = (run.root / "surveys/quotes/2025.csv").read_text("utf-8-sig")
    assert "identity code: 131052-308T" in sheet and "name: Kirsikka" in sheet


def test_no_planted_string_is_in_anything_produced(run: Run) -> None:
    forms = {needle: spellings(needle) for needle in NEEDLES}
    hits, searched = [], 0
    once = {data: name for name, data in produced(run)}  # a report lies in the store and under outputs
    for data, name in once.items():
        for part, content in unpacked(name, data):
            searched += 1
            hits += [(part, n) for n, forms_of in forms.items() if any(form in content for form in forms_of)]
    assert hits == []
    assert searched > 500


def test_the_search_would_find_each_string_in_each_wrapping() -> None:
    for needle in (EMAIL, NAME, KEY, "«Å-ä-ö-kanaria»"):
        for wrapped in (
            needle.encode(),
            f"x{needle}y".encode("utf-16"),
            b"z" + needle.encode("utf-16-be"),
            base64.b64encode(f"a{needle}bc".encode()),
            base64.b64encode(f"ab{needle}c".encode()),
            base64.b64encode(needle.encode() + b"!"),
            quote(f"/{needle}").encode(),
            needle.encode().hex().encode(),
        ):
            assert any(form in wrapped for form in spellings(needle)), (needle, wrapped)


def test_no_command_leaves_anything_at_home_or_in_the_temporary_folder(run: Run) -> None:
    assert (run.root / "outputs/2025/report-fi.pdf").is_file()
    assert [str(path) for path in (*run.home.rglob("*"), *run.temp.rglob("*"))] == []


def test_a_leak_stops_the_release_and_names_file_and_kind_but_not_the_text(run: Run) -> None:
    context = Context(find_workspace(run.root))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/hidden.xml", f"<v>{html.escape(EMAIL)}</v>")
    received = received_of(context, context.period("2025"))
    with pytest.raises(PrivacyError) as stopped:
        refuse_leaks(received, {"appendix.xlsx": target.getvalue()})
    told = {name: str(part) for name, part in stopped.value.parts().items()}
    assert told["where"] == "appendix.xlsx" and told["found"] == "e-mail"
    assert EMAIL not in " ".join(told.values())


def test_a_report_with_a_leak_is_not_written_and_the_last_one_stays(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from evallib.steps import products
    from evallib.steps.report import report

    monkeypatch.setenv("EVALLIB_KEY", KEY)
    monkeypatch.setattr(products, "_run_record", lambda *_: f'{{"by": "{NAME.upper()}"}}'.encode())
    context = Context(find_workspace(run.root))
    before = products_below(run.root / "outputs/2025")
    with pytest.raises(PrivacyError, match="stands in a finished product") as stopped:
        report(context, context.period("2025"), again=True)
    assert (str(stopped.value.where), str(stopped.value.found)) == ("run.json", "name")
    assert products_below(run.root / "outputs/2025") == before


def products_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def people(*names: str) -> dict[str, frozenset[str]]:
    import pandas as pd

    fields = {
        "firstname": FieldClass.IDENTIFIER,
        "lastname": FieldClass.IDENTIFIER,
        "token": FieldClass.IDENTIFIER,
    }
    rows = [[*name.split(" ", 1), "tok3n-of-one"] for name in names]
    table = SourceTable("invited.q3", pd.DataFrame(rows, columns=list(fields), dtype="str"), fields)
    return needles_of([table], [], ["Contact: Olli Oma, oma@example.org"])


WRAPPINGS = {
    "plain": lambda text: text.encode(),
    "other case and line end": lambda text: text.upper().replace(" ", "\n").encode(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be": lambda text: b"\1" + text.encode("utf-16-be"),
    "base64": lambda text: base64.b64encode(b"some words before " + text.encode()),
    "base64 url": lambda text: base64.urlsafe_b64encode(b"??>>" + text.encode() + b" and after it more"),
    "hex": lambda text: text.encode().hex().encode(),
    "url": lambda text: quote(text).encode(),
    "html": lambda text: "".join(f"&#{ord(one)};" for one in text).encode(),
    "json": lambda text: json.dumps(text).encode(),
    "picture": lambda text: b"data:image/svg+xml;base64," + base64.b64encode(f"<svg>{text}</svg>".encode()),
}


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_the_scan_reads_every_spelling(wrapping: str) -> None:
    data = b"before " + WRAPPINGS[wrapping]("Örjan Kanariesång") + b" after"
    if wrapping.startswith("utf-16"):
        data = data[7:-6]
    assert scan({"x": data}, people("Örjan Kanariesång")) == [Hit("x", "name")]


def test_the_scan_reads_pages_titles_and_alternative_texts(run: Run) -> None:
    page = (run.root / "outputs/2025/report-fi.pdf").read_bytes()
    words = {"page": frozenset({"Keksitty esimerkkiaineisto"}), "none": frozenset({"Örjan Kanariesång"})}
    assert [hit.kind for hit in scan({"report": page}, words)] == ["page"]
    with pikepdf.open(io.BytesIO(page)) as pdf:
        figure = next(
            str(one["/Alt"]) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one
        )
    assert scan({"report": page}, {"alt": frozenset({figure})}) == [Hit("report", "alt")]


def test_what_the_project_wrote_itself_and_parts_of_words_are_no_leak() -> None:
    assert "name" not in people("Olli Oma")
    assert scan({"x": b"Aino Virtala-Lahti ja Aino Virtalahti"}, people("Aino Virta")) == []
