"""Transaction Bundles of a patient's life, in size and shape like those of Synthea: visits, findings, bills.

Concepts are those of the example; names, dates, amounts and ids are made up, the same for the same number. No content
of Synthea is in them.
"""

import base64
import random
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

Json = dict[str, Any]

EXAMPLE = Path(__file__).parent.parent / "examples" / "everything.r4.json"
HL7 = "http://terminology.hl7.org/CodeSystem/"
EXTENSION = "http://hl7.org/fhir/StructureDefinition/"
OWN = "http://example.org/fhir/"
ZONE = timezone(timedelta(hours=-5))
NAMES = (
    "Abbott",
    "Becker",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Gomez",
    "Hirsch",
    "Ivanov",
    "Jansen",
)
GIVEN = ("Ada", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines", "Jonas")


def lives(count: int, *, entries: int) -> Iterator[bytes]:
    """`count` Bundles of at least so many entries; the last visit may add some."""
    for number in range(count):
        yield orjson.dumps(_Life(number, entries).bundle())


@cache
def concepts(type_: str) -> list[Json]:
    """The CodeableConcepts of resources of a type in the example, without codes of our own, and without vital signs,
    of which HL7 has a profile.
    """
    found = {}
    for entry in orjson.loads(EXAMPLE.read_bytes())["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] == type_:
            concept = resource.get("code") or resource.get("medicationCodeableConcept", {})
            codings = [each for each in concept.get("coding", []) if "w3id.org" not in each["system"]]
            if codings and "vital-signs" not in str(resource.get("category")):
                found[codings[0]["code"]] = {"coding": codings[:1], "text": concept["text"]}
    return list(found.values())


def concept(system: str, code: str, display: str | None = None) -> Json:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding], **({"text": display} if display else {})}


class _Life:
    def __init__(self, number: int, entries: int) -> None:
        self.random = random.Random(number)
        self.wanted = entries
        self.entries: list[Json] = []
        self.now = datetime(self.random.randrange(1985, 2015), 3, 1, 9, 15, tzinfo=ZONE)

    def bundle(self) -> Json:
        self.people()
        while len(self.entries) < self.wanted:
            self.now += timedelta(days=self.random.randrange(20, 300), minutes=self.random.randrange(600))
            self.visit()
        return {"resourceType": "Bundle", "type": "transaction", "entry": self.entries}

    def add(self, type_: str, **elements: Any) -> Json:
        """An entry with a new resource; gives a reference to it."""
        uuid = str(UUID(int=self.random.getrandbits(128), version=4))
        resource = {"resourceType": type_, "id": uuid, **elements}
        url = f"urn:uuid:{uuid}"
        self.entries.append(
            {"fullUrl": url, "resource": resource, "request": {"method": "POST", "url": type_}}
        )
        return {"reference": url}

    def people(self) -> None:
        family, given = self.random.choice(NAMES), self.random.choice(GIVEN)
        birth = self.now - timedelta(days=self.random.randrange(9_000, 20_000))
        address: Json = {
            "line": [f"{self.random.randrange(1, 999)} Long Street"],
            "city": "Springfield",
            "country": "US",
        }
        position = [
            {"url": part, "valueDecimal": self.random.randrange(10**8) / 10**6}
            for part in ("latitude", "longitude")
        ]
        home = {**address, "extension": [{"url": f"{EXTENSION}geolocation", "extension": position}]}
        div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{given} {family}, <b>made up</b></p></div>'
        self.patient = self.add(
            "Patient",
            text={"status": "generated", "div": div},
            extension=[
                {"url": f"{EXTENSION}patient-mothersMaidenName", "valueString": self.random.choice(NAMES)},
                {"url": f"{EXTENSION}patient-birthPlace", "valueAddress": address},
            ],
            identifier=[self.identifier("MR", "Medical Record Number"), self.identifier("DL", None)],
            name=[{"use": "official", "family": family, "given": [given], "prefix": ["Dr."]}],
            telecom=[{"system": "phone", "value": f"555-{self.random.randrange(10**7):07}", "use": "home"}],
            gender=self.random.choice(("male", "female")),
            birthDate=f"{birth:%Y-%m-%d}",
            address=[home],
            maritalStatus=concept(f"{HL7}v3-MaritalStatus", "M", "Married"),
            multipleBirthBoolean=False,
            communication=[{"language": concept("urn:ietf:bcp:47", "en-US"), "preferred": True}],
        )
        self.hospital = self.add(
            "Organization", active=True, name="General Hospital", address=[address],
            type=[concept(f"{HL7}organization-type", "prov", "Healthcare Provider")],
        )  # fmt: skip
        self.insurer = self.add("Organization", active=True, name="Mutual Insurance")
        self.doctor = self.add(
            "Practitioner", active=True, identifier=[{"system": f"{OWN}npi", "value": f"{self.random.getrandbits(9)}"}],
            name=[{"family": self.random.choice(NAMES), "given": [self.random.choice(GIVEN)], "prefix": ["Dr."]}],
        )  # fmt: skip
        self.cover = self.add(
            "Coverage", status="active", beneficiary=self.patient, payor=[self.insurer],
        )  # fmt: skip

    def identifier(self, code: str, display: str | None) -> Json:
        type_ = concept(f"{HL7}v2-0203", code, display)
        return {"type": type_, "system": f"{OWN}id", "value": f"{self.random.getrandbits(64):x}"}

    def moment(self, minutes: int = 0) -> str:
        return (self.now + timedelta(minutes=minutes)).isoformat()

    def period(self) -> Json:
        return {"start": self.moment(), "end": self.moment(30)}

    def visit(self) -> None:
        """One encounter and all that came of it."""
        problem = self.random.choice(concepts("Condition"))
        encounter = self.add(
            "Encounter", status="finished", subject=self.patient, period=self.period(), serviceProvider=self.hospital,
            **{"class": {"system": f"{HL7}v3-ActCode", "code": "AMB"}}, type=[{"text": "Encounter for problem"}],
            participant=[{"individual": self.doctor, "period": self.period(), "type": [
                concept(f"{HL7}v3-ParticipationType", "PPRF", "primary performer")]}],
        )  # fmt: skip
        self.about = {"subject": self.patient, "encounter": encounter}
        condition = self.add(
            "Condition", **self.about, code=problem, onsetDateTime=self.moment(), recordedDate=self.moment(),
            clinicalStatus=concept(f"{HL7}condition-clinical", "active"),
            verificationStatus=concept(f"{HL7}condition-ver-status", "confirmed"),
            category=[concept(f"{HL7}condition-category", "encounter-diagnosis", "Encounter Diagnosis")],
        )  # fmt: skip
        results = [self.observation() for _ in range(self.random.randrange(3, 9))]
        self.add(
            "DiagnosticReport", **self.about, status="final", result=results, issued=self.moment(20),
            effectiveDateTime=self.moment(), code={"text": "Panel"}, performer=[self.doctor],
            category=[concept(f"{HL7}v2-0074", "LAB", "Laboratory")],
            presentedForm=[{"contentType": "text/plain", "data": base64.b64encode(b"As said. " * 150).decode()}],
        )  # fmt: skip
        self.treatment(condition)
        self.bills(encounter, condition, problem)

    def observation(self) -> Json:
        value = {
            "value": self.random.randrange(10**4) / 100,
            "unit": "mg/L",
            "system": "http://unitsofmeasure.org",
        }
        return self.add(
            "Observation", **self.about, status="final", code=self.random.choice(concepts("Observation")),
            category=[concept(f"{HL7}observation-category", "laboratory", "Laboratory")],
            effectiveDateTime=self.moment(), issued=self.moment(15), valueQuantity={**value, "code": "mg/L"},
        )  # fmt: skip

    def treatment(self, condition: Json) -> None:
        dosage = {
            "sequence": 1,
            "asNeededBoolean": False,
            "timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}},
        }
        dosage["doseAndRate"] = [
            {"type": concept(f"{HL7}dose-rate-type", "ordered", "Ordered"), "doseQuantity": {"value": 1}}
        ]
        self.request = self.add(
            "MedicationRequest", **self.about, status="active", intent="order", authoredOn=self.moment(5),
            medicationCodeableConcept=self.random.choice(concepts("MedicationAdministration")),
            requester=self.doctor, reasonReference=[condition], dosageInstruction=[dosage],
        )  # fmt: skip
        self.add(
            "Procedure", **self.about, status="completed", code={"text": "Physiotherapy"},
            performedPeriod=self.period(), reasonReference=[condition],
        )  # fmt: skip
        self.add(
            "Immunization", status="completed", vaccineCode={"text": "influenza, seasonal"}, patient=self.patient,
            encounter=self.about["encounter"], occurrenceDateTime=self.moment(), primarySource=True,
        )  # fmt: skip
        team = self.add(
            "CareTeam", **self.about, status="active", period={"start": self.moment()}, reasonReference=[condition],
            participant=[{"role": [{"text": "Doctor"}], "member": self.doctor}], managingOrganization=[self.hospital],
        )  # fmt: skip
        activity = {
            "status": "in-progress",
            "code": {"text": "Exercise"},
            "location": {"display": "General Hospital"},
        }
        self.add(
            "CarePlan", **self.about, status="active", intent="order", careTeam=[team], addresses=[condition],
            period={"start": self.moment()}, category=[{"text": "Musculoskeletal care"}],
            activity=[{"detail": activity}],
        )  # fmt: skip

    def bills(self, encounter: Json, condition: Json, problem: Json) -> None:
        price = {"value": self.random.randrange(10**5) / 100}
        item = {"sequence": 1, "productOrService": problem, "encounter": [encounter], "net": price}
        both: Json = {
            "status": "active", "use": "claim", "patient": self.patient, "billablePeriod": self.period(),
            "created": self.moment(40), "type": concept(f"{HL7}claim-type", "institutional"),
            "provider": self.hospital,
            "diagnosis": [{"sequence": 1, "diagnosisReference": condition}],
        }  # fmt: skip
        claim = self.add(
            "Claim", **both, priority=concept(f"{HL7}processpriority", "normal"), prescription=self.request,
            insurance=[{"sequence": 1, "focal": True, "coverage": self.cover}], item=[item], total=price,
        )  # fmt: skip
        submitted = {
            "category": concept(f"{HL7}adjudication", "submitted", "Submitted Amount"),
            "amount": price,
        }
        self.add(
            "ExplanationOfBenefit", **both, insurer=self.insurer, outcome="complete", claim=claim,
            identifier=[self.identifier("MR", None)], insurance=[{"focal": True, "coverage": self.cover}],
            item=[{**item, "category": {"text": "Medical care"}, "adjudication": [submitted]}], total=[submitted],
            payment={"amount": price},
        )  # fmt: skip
