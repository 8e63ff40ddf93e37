"""The table of codes in docs/validation.md: `python -m tests.validation.page` writes it anew."""

from pathlib import Path

from fhir_as.issues import CODES
from fhir_as.rules import RULES

PAGE = Path(__file__).parent.parent.parent / "docs" / "validation.md"
BEGIN = "<!-- codes: made by `python -m tests.validation.page` -->\n"
END = "<!-- end of codes -->\n"
# Of the codes about documents, what JSON and XML can have.
OF_DOCUMENTS = ("AS101", "AS102", "AS103", "AS104", "AS105", "AS107", "AS301")
WORDS = {
    "AS102": "the text is not well-formed JSON or XML",
    "AS104": "a document type declaration (DTD) in XML",
}


def table() -> str:
    """The codes that `validate` gives, as Markdown."""
    rows = ["| code | severity | what is wrong | says |", "|---|---|---|---|"]
    rows += [f"| `{code}` | error | {WORDS.get(code, CODES[code])} | |" for code in OF_DOCUMENTS]
    rows += [
        f"| `{code}` | {rule.severity} | {rule.meaning} | [{_name(rule.source)}]({rule.source}) |"
        for code, rule in RULES.items()
    ]
    return "\n".join(rows) + "\n"


def _name(source: str) -> str:
    page = source.removeprefix("https://").removeprefix("hl7.org/fhir/").rstrip("/")
    return page.removeprefix("R4/") if len(page) < 60 else page.partition("/")[0]


def renewed(text: str) -> str:
    """The page with the table of now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
