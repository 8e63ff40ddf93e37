"""Every sort of fault in a mapping table is found, at its place, and all of them together."""

from pathlib import Path

import pytest

from fhir_as.issues import Issue, TableError
from fhir_as.tables.loading import CONCEPT_COLUMNS, EVIDENCE_COLUMNS, REFUSED_COLUMNS, load
from fhir_as.tables.reading import read_rows

COLUMNS = ("name", "codes")


# --- faults of one file


def _faults(path: Path, content: bytes | str) -> list[tuple[str, int | None, int | None]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TableError) as caught:
        read_rows(path, COLUMNS)
    assert all(issue.file == str(path) and issue.severity == "error" for issue in caught.value.issues)
    return [(issue.code, issue.line, issue.column) for issue in caught.value.issues]


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"\xef\xbb\xbfname,codes\na,b\n", [("AS512", 1, 1)]),
        (b"name,codes\na,\xe9\n", [("AS511", 2, 3)]),
        (b"name,codes\r\na,b\r\n", [("AS513", 1, 11)]),
        (b"name,codes\ra,b\r", [("AS513", 1, 11)]),
        (b"PK\x03\x04\x14", [("AS510", None, None)]),
        ("name,codes\na,b\n".encode("utf-16"), [("AS511", 1, 1)]),
        ("name,codes\na,b\n".encode("utf-16-be"), [("AS511", 1, 1)]),
        ("", [("AS517", 1, 1)]),
        ("name,codes\n", [("AS517", 1, 1)]),
        ("name,code\na,b\n", [("AS515", 1, 6)]),
        ("name,Codes\na,b\n", [("AS515", 1, 6)]),
        ("name\na\n", [("AS515", 1, 5)]),
        ("codes,name\na,b\n", [("AS515", 1, 1)]),
        ("name,name\na,b\n", [("AS515", 1, 6)]),
        ("a,b\nc,d\n", [("AS515", 1, 1)]),
        ("name,codes,\na,b,\n", [("AS515", 1, 12)]),
        ("name;codes\na;b\n", [("AS514", 1, 5)]),
        ('"name"\t"codes"\na\tb\n', [("AS514", 1, 7)]),
        ("sep=;\nname;codes\na;b\n", [("AS514", 1, 1)]),
        ("name,codes\n\na,b\n", [("AS517", 2, 1)]),
        ("name,codes\n,\na,b\n", [("AS517", 2, 1)]),
        ("name,codes\na,b\n,\n,\n,\n", [("AS517", 3, 1)]),
        ("name,codes\na\n", [("AS516", 2, 2)]),
        ("name,codes\na,b,c\n", [("AS516", 2, 5)]),
        ("name,codes\na, b,c\n", [("AS516", 2, 3)]),
        ('name,codes\na,"b\n', [("AS522", 2, 3)]),
        ('name,codes\na,"b\nc"\nd,e\n', [("AS522", 2, 5)]),
        ("name,codes\na\n,b\nd,e\n", [("AS522", 2, 2)]),
        ('name,codes\na,b"c\n', [("AS522", 2, 4)]),
        ('name,codes\n"a"b,c\n', [("AS522", 2, 1)]),
        ("name,codes\n a,b\n", [("AS520", 2, 1)]),
        ("name,codes\na,b \n", [("AS520", 2, 4)]),
        ('name,codes\n"a,  c",b\n', [("AS520", 2, 4)]),
        ('name,codes\n"a ""b""  c",b\n', [("AS520", 2, 9)]),
        ("name,codes\na\u00a0c,b\n", [("AS518", 2, 2)]),
        ("name,codes\na,b\u200b\n", [("AS518", 2, 4)]),
        ("name,codes\na,b\tc\n", [("AS518", 2, 4)]),
        ("name,codes\na,=b\n", [("AS521", 2, 3)]),
        ('name,codes\n"-1, a",b\n', [("AS521", 2, 2)]),
        (
            "name,codes\n@a,+b\n c,d\ne\nf,g,h\n",
            [("AS521", 2, 1), ("AS521", 2, 4), ("AS520", 3, 1), ("AS516", 4, 2), ("AS516", 5, 5)],
        ),
    ],
)  # fmt: skip
def test_every_fault_of_a_file_has_its_place(
    tmp_path: Path, content: bytes | str, faults: list[tuple[str, int, int]]
) -> None:
    assert _faults(tmp_path / "a.csv", content) == faults


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the table is missing"):
        read_rows(tmp_path / "none.csv", COLUMNS)


def test_quoted_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,codes\n"a, ""b""",\n,"c"\n', encoding="utf-8")
    rows = read_rows(path, COLUMNS)
    assert [row.cells for row in rows] == [{"name": 'a, "b"', "codes": ""}, {"name": "", "codes": "c"}]
    assert [row.place for row in rows] == [f"{path}:2", f"{path}:3"]


# --- faults of rows, in a user's folder

EVIDENCE = ",".join(EVIDENCE_COLUMNS) + "\n"
CONCEPTS = ",".join(CONCEPT_COLUMNS) + "\n"
REFUSED = ",".join(REFUSED_COLUMNS) + "\n"
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
        (",,AS:x,,,,", "AS524", 1, "name is missing"),
        ("x,,,,,,", "AS524", 4, "code is missing"),
        ("x,,1988-5,,,,", "AS531", 4, "not a code with its system"),
        ("x,,AS:x LONIC:1988-5,,,,", "AS532", 9, "unknown system"),
        ("x,,LOINC:2276-4,,,,", "AS540", 4, "without evidence"),
        ("x,,AS:X_y,,,,", "AS539", 4, "malformed code of our own"),
        ("x,,SNOMED:7620006,,,,", "AS530", 4, "it is Crohn's disease of the large bowel"),
        ("prasugrel,,RXNORM:614391,,,,", "AS530", 12, "claimed to be prasugrel, it is abatacept"),
        ("x,prasugrel,RXNORM:614391,,,,", "AS530", 13, "claimed to be prasugrel, it is abatacept"),
        ("x,,AS:crp AS:basdai,,,,", "AS555", 11, "our own code stands twice"),
        ("x,,AS:x LOINC:1988-5,,,,", "AS554", 9, "code stands twice"),
        ("crp,,AS:x,,,,", "AS551", 1, "differs from CRP by case"),
        ("x,y; C-Reactive  protein,AS:x,,,,", "AS520", 16, "two blanks"),
        ("x,y; C-Reactive Protein,AS:x,,,,", "AS552", 6, "synonym belongs to two rows"),
        ("x,y; x,AS:x,,,,", "AS553", 6, "twice in the row"),
        ("x,y;z,AS:x,,,,", "AS523", 3, "semicolon and one blank"),
        ("x,,AS:x,number of things,,,", "AS525", 9, "not a sort of value"),
        ("x,,AS:x,quantity,mg/L; mgs/L,,", "AS525", 24, "not in the unit table"),
        ("x,,AS:x,,,lab,", "AS540", 11, "category without evidence"),
        ("x,,AS:x,,,,value=1; at", "AS528", 21, "not a record"),
        ("x,,AS:x,,,,value=1; value=2", "AS528", 21, "not a record"),
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
        ("systems.csv", "loinc,http://x.org,,x", "AS538", 1, "not a prefix"),
        ("systems.csv", "X,loinc.org,,x", "AS537", 3, "not a URL"),
        ("systems.csv", "LOINC,http://x.org,,x", "AS538", 1, "stands twice"),
        ("systems.csv", "LN,http://loinc.org,,x", "AS538", 4, "another prefix"),
        ("evidence.csv", "LOINC:1988-5,,verified-1,x,,", "AS542", 1, "another display"),
        ("evidence.csv", "LOINC:2276-4,,sure,x,,", "AS545", 15, "not a status"),
        ("evidence.csv", "LOINC:2276-4,,verified-1,,,", "AS543", 26, "source is missing"),
        ("evidence.csv", "LOINC:2276-4,,verified-2+,x,,", "AS543", 29, "source is missing"),
        ("evidence.csv", "XX:1,,verified-1,x,,", "AS532", 1, "unknown system"),
        ("evidence.csv", "SNOMED:7620006,,verified-1,x,,", "AS530", 1, "must not be used"),
        ("evidence.csv", ",,verified-1,x,,", "AS524", 1, "code is missing"),
        ("refused.csv", "LOINC:1988-6,sometimes,CRP,a slip,", "AS525", 14, "not one of the words"),
        ("refused.csv", "LOINC:1988-6,always,,a slip,", "AS524", 21, "nothing stands here"),
        ("refused.csv", "LOINC:8124-0,always,CRP,a slip,", "AS542", 1, "stands twice"),
        ("refused.csv", "LONIC:1988-6,always,CRP,a slip,", "AS532", 1, "unknown system"),
        ("evidence.csv", "AS:x,,verified-1,x,,", "AS546", 1, "code of our own"),
    ],
)
def test_every_fault_of_systems_and_evidence_has_its_place(
    tmp_path: Path, file: str, row: str, code: str, column: int, said: str
) -> None:
    header = {"systems.csv": SYSTEMS, "evidence.csv": EVIDENCE, "refused.csv": REFUSED}[file]
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
    assert {issue.code for issue in issues} == {"AS510"}


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    files = {
        "concepts/labs.csv": f"{CONCEPTS}x,,AS:x,often,,,\ny,,AS:x,,,,\n",
        "concepts/drugs.csv": f"{CONCEPTS}z,,,,,,\n",
    }
    assert len(_load_faults(tmp_path, files)) == 3
