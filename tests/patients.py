"""Patients in files, right and wrong, for the command line to validate."""

from click.testing import CliRunner, Result
from command_line import put

from fhir_as.cli.main import main

GOOD = '{"resourceType":"Patient","active":true}\n'
BAD = """\
{
  "resourceType": "Patient",
  "gendr": "male",
  "birthDate": "2021-02-29"
}
"""
XML = '<Patient xmlns="http://hl7.org/fhir">\n  <gender value="mann"/>\n</Patient>\n'
LINES = GOOD + '{"resourceType":"Patient","gender":"mann"}\n\n{"resourceType":"Patient",}\n'


def put_patients() -> None:
    """Write them into the current folder."""
    put(good__json=GOOD, bad__json=BAD, p__xml=XML, n__ndjson=LINES)


def validate(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """`fhir-as validate`; nothing but an exit may come out of it."""
    result = CliRunner().invoke(main, ["validate", *arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def last(result: Result) -> str:
    """The sentence at the end."""
    return result.stderr.splitlines()[-1]
