"""Nesting, broken syntax, numbers beyond all measure, and faults by the hundred thousand."""

import json

import pytest

from tests.validation.hostile import HEAD, LARGE, MOST_ISSUES, UCUM, WORD, codes, judged, observation, patient


@pytest.mark.parametrize("levels", [100, 10_000])
@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('"extension":[{"url":"http://example.org/a",', "}]"),
        ('"contained":[{"resourceType":"Patient",', "}]"),
        ('"entry":[{"resource":{"resourceType":"Bundle","type":"collection",', "}}]"),
        ('"name":{', "}"),
    ],
)
def test_nesting(opening: str, closing: str, levels: int) -> None:
    text = '{"resourceType":"Patient",' + opening * levels + '"id":"x"' + closing * levels + "}"
    assert codes(judged(text)) == {"AS105"}
    assert codes(judged(text[: -levels // 2])) == {"AS105"}


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[ " * LARGE])
def test_brackets(text: str) -> None:
    assert codes(judged(text)) == {"AS105"}


SYNTAX = {
    "open text": ('{"resourceType":"' + WORD, "AS102"),
    "backslashes": ('{"resourceType":"' + "\\" * (LARGE + 1), "AS102"),
    "unknown escapes": ('{"resourceType":"' + "\\x" * 100_000 + '"}', "AS102"),
    "blanks": (" " * LARGE, "AS107"),
    "blanks and a brace": (" " * LARGE + "{", "AS102"),
    "colons": ("{" + ":" * LARGE, "AS102"),
    "quotes": ("{" + '"' * LARGE, "AS102"),
    "lines": ("\n" * LARGE + "x", "AS102"),
    "NaN": ('{"resourceType":"Patient","name":[' + "NaN," * 100_000 + "1]}", "AS102"),
    "zeros": ('{"resourceType":"Patient","name":[' + "01," * 100_000 + "1]}", "AS102"),
    "no commas": (
        '{"resourceType":"Patient"' + "".join(f'\n"a{i}":1' for i in range(100_000)) + "}",
        "AS102",
    ),
    "one key": ('{"resourceType":"Patient"' + ',"active":true' * 100_000 + "}", "AS103"),
    "key pairs": ("{" + ",".join(f'"k{i // 2}":1' for i in range(100_000)) + "}", "AS103"),
    "escaped key": ('{"resourceType":"Patient","active":true,"act\\u0069ve":false}', "AS103"),
    "controls": (patient(id="x").replace("x", "\x01" * 100_000), "AS101"),
    "half a pair": ('{"resourceType":"Patient","name":[{"family":"\\ud800"}]}', "AS101"),
    "half a pair as key": ('{"resourceType":"Patient","\\udfff":1}', "AS101"),
    "half a pair as it is": ('{"resourceType":"Patient","name":[{"family":"\ud800"}]}', "AS101"),
    "half a pair in bytes": (b'{"resourceType":"Patient","name":[{"family":"\xed\xa0\x80"}]}', "AS101"),
    "tag signs": ("<" * LARGE, "AS102"),
    "open tags": ("<a " * 300_000, "AS102"),
    "declarations": ("<?xml " + " encoding" * 100_000, "AS102"),
    "comments": ("<!-- -->" * 100_000 + "<", "AS102"),
}


@pytest.mark.parametrize("name", SYNTAX)
def test_what_is_no_json_and_no_xml(name: str) -> None:
    text, code = SYNTAX[name]
    report = judged(text)
    assert codes(report) - {"AS105"} == {code}
    first = report.issues[0]
    assert first.line is not None and first.column is not None


NUMBERS = ("1" + "0" * 100_000, "-" + "9" * 100_000, "9" * 4_300, "1e999999999", "1e-999999999", "0e999999999",
           "1e99999999999999999999", "1e-99999999999999999999", "-0", "0." + "0" * 100_000 + "1", "1E400")  # fmt: skip
QUANTITY = '"status":"final","code":{"text":"x"}'


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:25])
def test_a_number(number: str) -> None:
    for text in (
        f'{{"resourceType":"Observation",{QUANTITY},"valueQuantity":{{"value":{number}}}}}',
        f'{{"resourceType":"Observation",{QUANTITY},"valueRange":{{"low":{{"value":{number}}},"high":{{"value":2}}}}}}',
        f'{{"resourceType":"Observation",{QUANTITY},"valueRange":{{"high":{{"value":{number}}},"low":{{"value":-2}}}}}}',
        f'{{"resourceType":"Patient","extension":[{{"url":"http://example.org/a","valueDecimal":{number}}}]}}',
        f'{{"resourceType":"Condition","subject":{{"display":"x"}},"onsetAge":{{"value":{number}}}}}',
    ):
        assert codes(judged(text)) <= {"AS105", "AS614", "rng-2", "age-1", "cnd-3"}
    for text in (
        f'{{"resourceType":"Patient","multipleBirthInteger":{number}}}',
        f'{{"resourceType":"Patient","gender":{number}}}',
        f'{{"resourceType":"Patient","name":[{number}]}}',
        f'{{"resourceType":"Bundle","type":"collection","entry":{number}}}',
        number,
    ):
        found = codes(judged(text))
        assert found <= {"AS105", "AS301", "AS603", "AS609", "AS611", "AS612"} and found


def test_numbers_of_one_hash() -> None:
    # The hash of a number is its rest by this prime, so that a set of these compares each with each.
    numbers = ",".join(str((2**61 - 1) * i) for i in range(1, 5_001))
    extension = f'{{"url":"http://example.org/a","extension":[{numbers}]}}'
    assert codes(judged(f'{{"resourceType":"Patient","extension":[{extension}]}}')) == {"AS105", "AS609"}
    quantities = ",".join(f'{{"value":{(2**61 - 1) * i}}}' for i in range(1, 5_001))
    numbered = ",".join(
        f'{{"url":"http://example.org/a","valueDecimal":{(2**61 - 1) * i}}}' for i in range(1, 5_001)
    )
    judged(f'{{"resourceType":"Patient","extension":[{numbered}]}}')
    judged(f'{{"resourceType":"Observation",{QUANTITY},"component":[{quantities}]}}')


FAULTS = {
    "empty texts": lambda n: patient(name=[{"family": ""}] * n),
    "unknown elements": lambda n: patient(**{f"nam{i}": 1 for i in range(n)}),
    "unknown companions": lambda n: patient(**{f"_nam{i}": {} for i in range(n)}),
    "nulls": lambda n: patient(name=[{"given": [None] * n}]),
    "numbers for texts": lambda n: patient(name=[{"given": list(range(n))}]),
    "codes": lambda n: patient(contact=[{"gender": f"femal{i}"} for i in range(n)]),
    "codes of a system": lambda n: observation(code={"coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": f"AMB{i}"} for i in range(n)]}),
    "units": lambda n: observation(component=[
        {"code": {"text": "x"}, "valueQuantity": {"value": 1, "system": UCUM, "code": f"mgg{i}"}} for i in range(n)]),
    "extensions": lambda n: patient(extension=[
        {"url": f"http://hl7.org/fhir/StructureDefinition/patient-born{i}", "valueString": "x"} for i in range(n)]),
    "resource types": lambda n: json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": f"Patien{i}"}} for i in range(n)]}),
    "profiles": lambda n: patient(meta={"profile": [f"http://example.org/{i}" for i in range(n)]}),
    "same versions": lambda n: json.dumps({"resourceType": "Bundle", "type": "history", "entry": [
        {"fullUrl": "http://example.org/Patient/1",
         "resource": {"resourceType": "Patient", "id": "1", "meta": {"versionId": "1"}},
         "request": {"method": "PUT", "url": "Patient/1"}, "response": {"status": "200"}}] * n}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_hundred_thousand_findings(name: str) -> None:
    report = judged(FAULTS[name](100_000))
    assert len(report.issues) == MOST_ISSUES + 1
    assert [issue.code for issue in report.issues].count("AS105") == 1
    assert report.issues[-1].code == "AS105" and "more" in report.issues[-1].message


def test_fifty_thousand_entries() -> None:
    entries = [
        {"fullUrl": f"http://example.org/Patient/{i}", "resource": {"resourceType": "Patient", "id": f"{i}"}}
        for i in range(50_000)
    ]
    assert judged(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})).valid


@pytest.mark.parametrize("step", [0, 1], ids=["to themselves", "in a ring"])
def test_references_in_circles(step: int) -> None:
    many = 10_000
    entries = [
        {
            "fullUrl": f"http://example.org/Observation/{i}",
            "resource": {
                **HEAD,
                "id": f"{i}",
                "derivedFrom": [{"reference": f"Observation/{(i + step) % many}"}],
            },
        }
        for i in range(many)
    ]
    assert judged(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})).valid
    contained = [
        {**HEAD, "id": f"o{i}", "derivedFrom": [{"reference": f"#o{(i + step) % many}"}]} for i in range(many)
    ]
    report = judged(observation(contained=contained, derivedFrom=[{"reference": "#o0"}]))
    # A resource that only itself refers to is one that nothing refers to (dom-3).
    assert codes(report) == (set() if step else {"dom-3", "AS105"})
