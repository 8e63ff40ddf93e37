"""The mapping tables: the shipped ones are sound, and every sort of fault is found at its place."""

import re
import time
from pathlib import Path

import pytest

from fhir_as.issues import Issue, TableError
from fhir_as.tables.concepts import Vocabulary
from fhir_as.tables.loading import (
    CONCEPT_COLUMNS,
    EVIDENCE_COLUMNS,
    Tables,
    load,
    shipped,
)
from fhir_as.tables.reading import read_rows

COLUMNS = ("name", "codes")
# The fields that a record of each section may have beside its `name`.
TIMES = {"id", "note", "at", "start", "end", "for"}
MEASURED = TIMES | {
    "value", "result", "normal", "scale", "over", "change", "grade", "severity", "site", "side",
    "method", "every", "with", "because",
}  # fmt: skip
FIELDS = {
    "diagnoses": TIMES | {"status", "severity", "site", "side", "diagnosed", "because"},
    "findings": MEASURED,
    "labs": MEASURED,
    "scores": MEASURED,
    "examinations": MEASURED | {"part", "extent", "contrast"},
    "drugs": TIMES
    | {"dose", "route", "site", "method", "every", "times", "treats", "because", "stopped",
       "not_given", "with"},
    "procedures": TIMES | {"site", "side", "method", "treats", "because", "with"},
    "outcomes": TIMES | {"value", "result", "severity", "of", "with", "because"},
}  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    return load()


# --- the shipped tables


def test_shipped_tables_load(tables: Tables) -> None:
    assert set(FIELDS) | {"results", "units", "sites", "fields", "sections"} <= set(tables.concepts)
    assert {concept.name for concept in tables.vocabulary("sections")} == set(FIELDS)


def test_every_coding_is_shared_and_has_the_text_of_its_row(tables: Tables) -> None:
    ours = tables.systems["AS"].system
    for curie, coding in tables.codings.items():
        assert set(coding) <= {"system", "code", "display"}, curie
    for concepts in tables.concepts.values():
        for concept in concepts:
            assert concept.codings, concept.row
            for coding in concept.codings:
                assert any(coding is known for known in tables.codings.values()), concept.row
                if coding["system"] == ours:
                    assert coding["display"] == concept.name


def test_examples_are_records_of_their_section(tables: Tables) -> None:
    for section, fields in FIELDS.items():
        for concept in tables.concepts[section]:
            pairs = [part.partition("=") for part in concept.example.split("; ")]
            assert {name for name, _, _ in pairs} <= fields, concept.row
            assert "value" not in (name for name, _, _ in pairs) or concept.takes != "words"


def test_quantities_name_their_usual_units(tables: Tables) -> None:
    for concepts in tables.concepts.values():
        for concept in concepts:
            assert concept.takes != "quantity" or concept.units, concept.row


@pytest.mark.parametrize(
    ("table", "words"),
    {
        "diagnoses": "ankylosing spondylitis; peripheral arthritis; uveitis; left knee arthritis",
        "findings": "inflammatory low back pain; lumbosacral pain; age; first visit; morning stiffness"
        "; bone marrow edema; finger-to-floor distance; chest expansion; pain",
        "labs": "CRP; ESR; HLA-B27; CD19+ B cells; inflammation markers; IL-6",
        "scores": "BASDAI; BASDAI Q2; BASDAI question 6; BASFI; ASDAS; ASDAS-CRP; BASMI; ASAS-HI"
        "; mSASSS; patient global; physician global; back pain",
        "examinations": "MRI of SI joints; X-ray of sacroiliac joints; CT of SI joints; MRI of spine",
        "drugs": "NSAIDs; infliximab; etanercept; adalimumab; tocilizumab; rituximab; sulfasalazine"
        "; methylprednisolone; TNFi; anti-TNF; TNF blocker; MTX; corticosteroids",
        "outcomes": "informed consent; adverse events; clinical response; remission; flare"
        "; recurrence of symptoms; insufficient response; secondary inefficacy; no effect",
        "results": "present; absent; positive; negative; normal; high; low; improved; stable",
        "routes": "i.v.; sc; p.o.",
        "methods": "MRI; fat-suppressed T2; radiography",
        "units": "mg/l; /µl; /μl; /uL; cells/µl; mg/kg; mm/h; g/dl; 10^9/l; bpm; mmHg; %; a; wk",
    }.items(),
)  # fmt: skip
def test_clinicians_words_are_known(tables: Tables, table: str, words: str) -> None:
    unknown = [word for word in words.split("; ") if tables.vocabulary(table).find(word) is None]
    assert unknown == []


def test_refused_codes_are_nowhere() -> None:
    refused = """
        SNOMED:409712007 SNOMED:413441004 SNOMED:122497005 SNOMED:182024006 LOINC:72172-2
        LOINC:8124-0 SNOMED:255560000 SNOMED:6427007 SNOMED:34453005 SNOMED:442277000
        SNOMED:443539004 SNOMED:444060007 SNOMED:376521000000108 SNOMED:441930001 SNOMED:7620006
        SNOMED:201436003 SNOMED:919541000000106 SNOMED:919551000000109 SNOMED:52388000
        SNOMED:68887009 ATC:M01CX01 ATC:M01CX02 ATC:H02AB56 ATC:L01BA01 ATC:L01XC02 ATC:L04AA29
        ATC:L04AA44 ATC:L04AA13 ICD10CM:M45 ICD10CM:M45.A ICD10CM:M54.5 ICD10CM:T88.7
    """.split()
    assert not set(refused) & set(load().codings)


def test_loading_is_quick() -> None:
    best = min(_seconds_to_load() for _ in range(5))
    assert best < 0.1  # about 0.015 on an idle machine


def _seconds_to_load() -> float:
    start = time.perf_counter()
    load()
    return time.perf_counter() - start


# --- check digits, against typing errors


def _verhoeff(digits: str) -> bool:
    """Whether the last digit is the Verhoeff check digit (SNOMED CT identifiers), by dihedral group D5."""
    power = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    total = 0
    for digit in reversed(digits):
        total = _d5(total, power[int(digit)])
        power = [step[place] for place in power]
    return total == 0


def _d5(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def _mod10(number: str) -> bool:
    """Whether the digit after the hyphen is LOINC's mod 10, double add double, check digit."""
    digits, _, check = number.rpartition("-")
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits))]
    return (10 - sum(n // 10 + n % 10 for n in doubled)) % 10 == int(check)


SHAPES = {
    "SNOMED": lambda code: code[-3:-1] in ("00", "10") and _verhoeff(code),
    "LOINC": _mod10,
    "RXNORM": re.compile(r"[1-9]\d{0,7}").fullmatch,
    "ATC": re.compile(r"[A-Z]\d\d[A-Z]([A-Z](\d\d)?)?").fullmatch,
    "ICD10": re.compile(r"[A-Z]\d\d(\.\d)?").fullmatch,
    "ICD10CM": re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?").fullmatch,
    "ICD11": re.compile(r"[0-9A-Z]{4}(\.[0-9A-Z]{1,2})?").fullmatch,
    "MONDO": re.compile(r"\d{7}").fullmatch,
    "HPO": re.compile(r"\d{7}").fullmatch,
}


@pytest.mark.parametrize("prefix", SHAPES)
def test_codes_have_the_right_form_and_check_digit(prefix: str) -> None:
    rows = read_rows(shipped() / "evidence.csv", EVIDENCE_COLUMNS)
    curies = [row["coding"].split(":", 1) for row in rows]
    codes = [code for system, code in curies if system == prefix]
    assert codes
    assert [code for code in codes if not SHAPES[prefix](code)] == []


def test_check_digits_find_a_typing_error() -> None:
    assert _verhoeff("9631008") and not _verhoeff("9631080")
    assert _mod10("1988-5") and not _mod10("1898-5")


# --- lookups


def test_a_name_is_found_but_for_case_blanks_and_accents(tables: Tables) -> None:
    diagnoses = tables.vocabulary("diagnoses")
    assert diagnoses.find("Marie-Strumpell  Disease") is diagnoses.find("ankylosing spondylitis")
    assert tables.vocabulary("units").find("µg / ml") is tables.vocabulary("units").find("μg/mL")


def test_the_first_table_wins(tables: Tables) -> None:
    assert tables.vocabulary("findings", "scores").find("back pain") == _row(
        tables, "findings", "back pain"
    )
    assert tables.vocabulary("scores", "findings").find("back pain") == _row(
        tables, "scores", "total back pain"
    )


def _row(tables: Tables, table: str, name: str) -> object:
    return next(concept for concept in tables.concepts[table] if concept.name == name)


def test_any_code_leads_back_to_the_name(tables: Tables) -> None:
    everything = tables.vocabulary("drugs")
    for concept in everything:
        for coding in concept.codings:
            assert everything.by_coding(coding["system"], coding["code"]) is concept
    assert everything.by_coding("http://snomed.info/sct", "0") is None


@pytest.mark.parametrize(
    ("table", "written", "meant"),
    [
        ("drugs", "tocilizumb", "tocilizumab"),
        ("drugs", "retuximab", "rituximab"),
        ("drugs", "sulphasalazin", "sulphasalazine"),
        ("scores", "BASDIA", "BASDAI"),
        ("labs", "CPR", "CRP"),
        ("units", "mgs/kg", "mg/kg"),
        ("drugs", "sarilumab", None),
        ("drugs", "tildrakizumab", None),
        ("drugs", "hydroxychloroquine", None),
        ("labs", "ferritin", None),
        ("labs", "ALP2", None),
        ("labs", "IL-8", None),
        ("labs", "CD14+ B cells", None),
        ("diagnoses", "arthrosis", None),
        ("diagnoses", "arteritis", None),
        ("diagnoses", "spondylosis", None),
        ("findings", "Q fever", None),
        ("drugs", "tocilizumab", None),
    ],
)
def test_a_misspelling_is_told_from_another_word(
    tables: Tables, table: str, written: str, meant: str | None
) -> None:
    assert tables.vocabulary(table).nearest(written) == meant


def test_an_empty_vocabulary_finds_nothing() -> None:
    empty = Vocabulary(())
    assert (empty.find("CRP"), empty.nearest("CRP"), empty.by_coding("x", "y")) == (
        None,
        None,
        None,
    )


# --- faults of one file


def _faults(path: Path, content: bytes | str) -> list[tuple[str, int | None, int | None]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TableError) as caught:
        read_rows(path, COLUMNS)
    assert all(
        issue.file == str(path) and issue.severity == "error" for issue in caught.value.issues
    )
    return [(issue.code, issue.line, issue.column) for issue in caught.value.issues]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"\xef\xbb\xbfname,codes\na,b\n", [("AS501", 1, 1)]),
        (b"name,codes\na,\xe9\n", [("AS501", 2, 3)]),
        (b"name,codes\r\na,b\r\n", [("AS501", 1, 11)]),
        ("", [("AS502", 1, 1)]),
        ("name,code\n", [("AS502", 1, 10)]),
        ("name,Codes\n", [("AS502", 1, 6)]),
        ("name;codes\n", [("AS502", 1, 5)]),
        ("name,codes\n\na,b\n", [("AS502", 2, 1)]),
        ("name,codes\n,\n", [("AS502", 2, 1)]),
        ("name,codes\na\n", [("AS502", 2, 2)]),
        ("name,codes\na,b,c\n", [("AS502", 2, 6)]),
        ('name,codes\na,"b\n', [("AS503", 2, 3)]),
        ('name,codes\na,b"c\n', [("AS503", 2, 4)]),
        ('name,codes\n"a"b,c\n', [("AS503", 2, 1)]),
        ("name,codes\n a,b\n", [("AS503", 2, 1)]),
        ("name,codes\na,b \n", [("AS503", 2, 4)]),
        ('name,codes\n"a,  c",b\n', [("AS503", 2, 4)]),
        ("name,codes\na\u00a0c,b\n", [("AS503", 2, 2)]),
        ("name,codes\na,b\u200b\n", [("AS503", 2, 4)]),
        ("name,codes\na,b\tc\n", [("AS503", 2, 4)]),
        ("name,codes\na,=b\n", [("AS503", 2, 3)]),
        ('name,codes\n"-1, a",b\n', [("AS503", 2, 2)]),
        ("name,codes\n@a,+b\n c,d\ne\n", [("AS503", 2, 1), ("AS503", 2, 4), ("AS503", 3, 1), ("AS502", 4, 2)]),
    ],
)  # fmt: skip
def test_every_fault_of_a_file_has_its_place(
    tmp_path: Path, content: bytes | str, faults: list[tuple[str, int, int]]
) -> None:
    assert _faults(tmp_path / "a.csv", content) == faults


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be read"):
        read_rows(tmp_path / "none.csv", COLUMNS)


def test_quoted_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,codes\n"a, ""b""",\n,"c"\n', encoding="utf-8")
    rows = read_rows(path, COLUMNS)
    assert [row.cells for row in rows] == [
        {"name": 'a, "b"', "codes": ""},
        {"name": "", "codes": "c"},
    ]
    assert [row.place for row in rows] == [f"{path}:2", f"{path}:3"]


# --- faults of rows, in a user's folder

EVIDENCE = ",".join(EVIDENCE_COLUMNS) + "\n"
CONCEPTS = ",".join(CONCEPT_COLUMNS) + "\n"
SYSTEMS = "prefix,system,code_prefix,name\n"


def _folder(tmp_path: Path, files: dict[str, str]) -> Path:
    (tmp_path / "concepts").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def _load_faults(tmp_path: Path, files: dict[str, str]) -> list[Issue]:
    folder = _folder(tmp_path, files)
    with pytest.raises(TableError) as caught:
        load((folder,))
    assert all(str(issue.file).startswith(str(folder)) for issue in caught.value.issues)
    return list(caught.value.issues)


def test_a_folder_extends_the_tables(tmp_path: Path) -> None:
    files = {
        "systems.csv": SYSTEMS + "OURS,https://example.org/lab,L-,our laboratory\n",
        "evidence.csv": EVIDENCE + "OURS:77,Ferritin,verified-1,our catalogue of 2024,,\n",
        "concepts/labs.csv": CONCEPTS
        + "ferritin,,OURS:77 AS:ferritin,quantity,ng/mL,laboratory,value=90 ng/ml; at=baseline\n",
    }
    tables = load((_folder(tmp_path, files),))
    concept = tables.vocabulary("labs").by_coding("https://example.org/lab", "L-77")
    assert concept is not None
    assert concept.name == "ferritin"
    assert concept.units == ("ng/mL",)
    assert concept.codings[0]["display"] == "Ferritin"
    assert load().vocabulary("labs").find("ferritin") is None


@pytest.mark.parametrize(
    ("row", "code", "column", "said"),
    [
        (",,AS:x,,,,", "AS503", 1, "name is missing"),
        ("x,,,,,,", "AS503", 4, "code is missing"),
        ("x,,1988-5,,,,", "AS503", 4, "not a code with its system"),
        ("x,,AS:x LONIC:1988-5,,,,", "AS504", 9, "unknown system"),
        ("x,,LOINC:2276-4,,,,", "AS504", 4, "without evidence"),
        ("x,,AS:X_y,,,,", "AS503", 4, "malformed code of our own"),
        ("x,,AS:crp AS:basdai,,,,", "AS505", 11, "our own code stands twice"),
        ("x,,AS:x LOINC:1988-5,,,,", "AS505", 9, "code stands twice"),
        ("crp,,AS:x,,,,", "AS505", 1, "name stands twice"),
        ("x,y; C-Reactive  protein,AS:x,,,,", "AS503", 18, "two blanks"),
        ("x,y; C-Reactive Protein,AS:x,,,,", "AS505", 6, "name stands twice"),
        ("x,y; x,AS:x,,,,", "AS505", 3, "twice in the row"),
        ("x,y;z,AS:x,,,,", "AS503", 3, "semicolon and one blank"),
        ("x,,AS:x,number of things,,,", "AS503", 9, "not a sort of value"),
        ("x,,AS:x,quantity,mg/L; mgs/L,,", "AS503", 24, "not in the unit table"),
        ("x,,AS:x,,,lab,", "AS504", 11, "category without evidence"),
        ("x,,AS:x,,,,value=1; at", "AS503", 21, "not a record"),
        ("x,,AS:x,,,,value=1; value=2", "AS503", 21, "not a record"),
    ],
)
def test_every_fault_of_a_concept_has_its_place(
    tmp_path: Path, row: str, code: str, column: int, said: str
) -> None:
    issues = _load_faults(tmp_path, {"concepts/labs.csv": f"{CONCEPTS}{row}\n"})
    found = next(issue for issue in issues if said in issue.message)
    assert (found.code, found.line, found.column) == (code, 2, column)
    assert found.row == f"{tmp_path}/concepts/labs.csv:2"
    assert found.value is None or found.value in row


def test_the_right_code_is_suggested(tmp_path: Path) -> None:
    issue, *_ = _load_faults(tmp_path, {"concepts/labs.csv": f"{CONCEPTS}x,,1988-5,,,,\n"})
    assert issue.help is not None
    assert "LOINC:1988-5" in issue.help


@pytest.mark.parametrize(
    ("file", "row", "code", "column", "said"),
    [
        ("systems.csv", "loinc,http://x.org,,x", "AS503", 1, "not a prefix"),
        ("systems.csv", "X,loinc.org,,x", "AS503", 3, "not a URL"),
        ("systems.csv", "LOINC,http://x.org,,x", "AS505", 1, "stands twice"),
        ("systems.csv", "LN,http://loinc.org,,x", "AS505", 4, "another prefix"),
        ("evidence.csv", "LOINC:1988-5,,verified-1,x,,", "AS505", 1, "stands twice"),
        ("evidence.csv", "LOINC:2276-4,,sure,x,,", "AS504", 15, "not a status"),
        ("evidence.csv", "LOINC:2276-4,,verified-1,,,", "AS504", 26, "source is missing"),
        ("evidence.csv", "LOINC:2276-4,,verified-2+,x,,", "AS504", 29, "source is missing"),
        ("evidence.csv", "XX:1,,verified-1,x,,", "AS504", 1, "unknown system"),
        ("evidence.csv", "AS:x,,verified-1,x,,", "AS504", 1, "code of our own"),
    ],
)
def test_every_fault_of_systems_and_evidence_has_its_place(
    tmp_path: Path, file: str, row: str, code: str, column: int, said: str
) -> None:
    header = SYSTEMS if file == "systems.csv" else EVIDENCE
    issue, *others = _load_faults(tmp_path, {file: f"{header}{row}\n"})
    assert not others
    assert (issue.code, issue.line, issue.column) == (code, 2, column)
    assert said in issue.message


@pytest.mark.parametrize(
    "files",
    [{}, {"labs.csv": CONCEPTS}, {"concepts/lab.csv": CONCEPTS}],
    ids=["empty", "not in concepts", "no such table"],
)
def test_a_file_that_would_be_overlooked_is_a_fault(tmp_path: Path, files: dict[str, str]) -> None:
    issues = _load_faults(tmp_path, files)
    assert {issue.code for issue in issues} == {"AS501"}


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    files = {
        "concepts/labs.csv": f"{CONCEPTS}x,,AS:x,often,,,\ny,,AS:x,,,,\n",
        "concepts/drugs.csv": f"{CONCEPTS}z,,,,,,\n",
    }
    assert len(_load_faults(tmp_path, files)) == 3
