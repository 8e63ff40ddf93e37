# ruff: noqa: E501 (one change a row)
"""Changes that break the invariants of resources: key, type, elements out, members in, versions."""

from typing import Any

from tests.validation.faults.invariants_of_definitions import DEFINITIONS

OLD = "R4 R4B"
NEW = "R5"
UCUM = "http://unitsofmeasure.org"
TEXT = {"text": "a"}
SHOWN = {"display": "a"}
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def _code(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMINOLOGY}{system}", "code": code}]}


WRONG = _code("allergyintolerance-verification", "entered-in-error")
ACTIVE = _code("condition-clinical", "active")

RESOURCES: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("act-1", "Account.diagnosis", "", {"condition": {"reference": {"reference": "Condition/1"}}, "dateOfDiagnosis": "2012"}, NEW),
    ("act-2", "Account.procedure", "", {"code": {"reference": {"reference": "Procedure/1"}}, "dateOfService": "2012"}, NEW),
    ("ait-1", "AllergyIntolerance", "clinicalStatus", {"verificationStatus": _code("allergyintolerance-verification", "confirmed")}, OLD),
    ("ait-2", "AllergyIntolerance", "", {"verificationStatus": WRONG, "clinicalStatus": _code("allergyintolerance-clinical", "active")}, OLD),
    ("app-1", "Appointment.participant", "type actor", {"status": "accepted"}, ""),
    ("app-2", "Appointment", "end", {"status": "proposed", "start": "2012-02-29T10:00:00Z"}, ""),
    ("app-3", "Appointment", "start end cancelationReason cancellationReason cancellationDate", {"status": "booked"}, ""),
    ("app-4", "Appointment", "", {"status": "booked", "cancelationReason": TEXT}, OLD),
    ("app-4", "Appointment", "", {"status": "booked", "cancellationReason": TEXT}, NEW),
    ("app-5", "Appointment", "", {"start": "2012-02-29T10:00:00Z", "end": "2012-02-29T09:00:00Z"}, NEW),
    ("app-7", "Appointment", "cancellationReason", {"status": "booked", "cancellationDate": "2012"}, NEW),
    ("apr-1", "AppointmentResponse", "participantType actor", {}, ""),
    ("bdl-16", "Bundle", "", {"type": "collection", "issues": {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid"}]}}, NEW),
    ("bdystr-1", "ServiceRequest", "", {"bodySite": [TEXT], "bodyStructure": SHOWN}, NEW),
    ("ces-1", "CoverageEligibilityResponse.insurance.item", "", {"category": TEXT, "productOrService": TEXT}, ""),
    ("cmp-1", "Composition.section", "text entry section", {"title": "a"}, ""),
    ("cmp-2", "Composition.section", "", {"emptyReason": TEXT, "entry": [SHOWN]}, ""),
    ("con-1", "Condition.stage", "summary assessment", {"type": TEXT}, ""),
    ("con-2", "Condition.evidence", "code detail", {"extension": [{"url": "http://example.org/fhir/a", "valueString": "a"}]}, OLD),
    ("con-3", "Condition", "", {"clinicalStatus": ACTIVE, "abatementString": "a"}, NEW),
    ("con-4", "Condition", "", {"clinicalStatus": ACTIVE, "abatementString": "a"}, OLD),
    ("con-4", "Condition", "clinicalStatus", {"abatementDateTime": "2012"}, OLD),
    ("con-5", "Condition", "abatement", {"verificationStatus": _code("condition-ver-status", "entered-in-error"), "clinicalStatus": ACTIVE}, OLD),
    ("cpl-3", "CarePlan.activity", "", {"reference": SHOWN, "detail": {"status": "unknown"}}, OLD),
    ("cud-1", "ClinicalUseDefinition", "", {"indication": {"diseaseSymptomProcedure": {"concept": TEXT}}, "warning": {"description": "a"}}, "R4B R5"),
    ("dev-1", "Device", "", {"name": [{"value": "a", "type": "user-friendly-name", "display": True}, {"value": "b", "type": "user-friendly-name", "display": True}]}, NEW),
    ("enc-1", "Encounter.participant", "actor type", {"period": {"start": "2012"}}, NEW),
    ("fhs-1", "FamilyMemberHistory", "deceased", {"ageString": "a", "bornString": "b"}, ""),
    ("fhs-2", "FamilyMemberHistory", "age", {"estimatedAge": True}, ""),
    ("fhs-3", "FamilyMemberHistory", "born", {"ageString": "a", "deceasedBoolean": True}, NEW),
    ("gol-1", "Goal.target", "measure", {"detailString": "a"}, ""),
    ("grp-1", "Group", "", {"actual": False, "member": [{"entity": {"reference": "Patient/1"}}]}, OLD),
    ("imm-1", "Immunization.education", "documentType reference", {"presentationDate": "2012"}, OLD),
    ("imr-1", "ImmunizationRecommendation.recommendation", "vaccineCode targetDisease", {}, ""),
    ("inv-1", "Parameters.parameter", "part resource value", {"name": "a"}, ""),
    ("inv-1", "Parameters.parameter", "resource", {"name": "a", "valueString": "a", "part": [{"name": "b", "valueString": "c"}]}, ""),
    ("inv-1", "Task", "", {"authoredOn": "2012-02-29T10:00:00Z", "lastModified": "2011-02-27T10:00:00Z"}, ""),
    ("ipn-1", "InsurancePlan", "identifier name", {"alias": ["a"]}, ""),
    ("lnk-1", "Linkage", "", {"item": [{"type": "source", "resource": SHOWN}]}, ""),
    ("lst-1", "List", "", {"mode": "working", "emptyReason": TEXT, "entry": [{"item": SHOWN}]}, ""),
    ("lst-2", "List", "emptyReason", {"mode": "snapshot", "entry": [{"item": SHOWN, "deleted": True}]}, OLD),
    ("lst-3", "List", "emptyReason", {"mode": "snapshot", "entry": [{"item": SHOWN, "date": "2012"}]}, OLD),
    ("mad-1", "MedicationAdministration.dosage", "dose rate", {"text": "a"}, OLD),
    ("mad-1", "MedicationAdministration.dosage", "dose rate text", {"route": TEXT}, NEW),
    ("mdd-1", "MedicationDispense", "", {"whenPrepared": "2012-02-29", "whenHandedOver": "2012-02-27"}, ""),
    ("mrp-2", "MeasureReport.group.stratifier", "", {"stratum": [{"measureScoreQuantity": {"value": 1}}]}, NEW),
    ("mrp-2", "MeasureReport.group.stratifier", "", {"stratum": [{"measureScore": {"value": 1}}]}, OLD),
    ("msq-3", "MolecularSequence", "", {"coordinateSystem": 2}, OLD),
    ("msq-5", "MolecularSequence.referenceSeq", "genomeBuild", {"chromosome": TEXT, "referenceSeqString": "a"}, OLD),
    ("msq-6", "MolecularSequence.referenceSeq", "chromosome referenceSeqPointer genomeBuild", {"referenceSeqString": "a", "referenceSeqId": TEXT}, OLD),
    ("obs-3", "Observation.referenceRange", "low high text", {"type": TEXT}, ""),
    ("obs-6", "Observation", "", {"valueString": "a", "dataAbsentReason": TEXT}, ""),
    ("obs-7", "Observation", "dataAbsentReason", {"valueString": "a", "code": {"coding": [{"system": "http://example.org/codes", "code": "a"}]}, "component": [{"code": {"coding": [{"system": "http://example.org/codes", "code": "a"}]}, "valueString": "a"}]}, ""),
    ("obs-8", "Observation", "", {"bodySite": TEXT, "bodyStructure": SHOWN}, NEW),
    ("org-1", "Organization", "identifier name", {"alias": ["a"]}, ""),
    ("org-2", "Organization", "", {"address": [{"use": "home", "city": "a"}]}, OLD),
    ("org-3", "Organization", "", {"telecom": [{"use": "home", "system": "phone", "value": "1"}]}, OLD),
    ("org-3", "Organization", "", {"contact": [{"telecom": [{"use": "home", "system": "phone", "value": "1"}]}]}, NEW),
    ("org-4", "Organization", "", {"contact": [{"address": {"use": "home", "city": "a"}}]}, NEW),
    ("pat-1", "Patient.contact", "name telecom address organization", {"gender": "male"}, ""),
    ("ppc-1", "Consent", "policy policyRule", {}, OLD),
    ("ppc-3", "Consent", "patient", {"scope": {"coding": [{"system": "something", "code": "research"}]}}, OLD),
    ("prr-1", "ServiceRequest", "code", {"orderDetail": [TEXT]}, OLD),
    ("qrs-1", "QuestionnaireResponse.item", "", {"linkId": "1", "answer": [{"valueString": "a"}], "item": [{"linkId": "1.1", "answer": [{"valueString": "b"}]}]}, ""),
    ("ras-1", "RiskAssessment.prediction", "", {"probabilityRange": {"low": {"value": 1, "system": UCUM, "code": "mg"}}}, ""),
    ("ras-2", "RiskAssessment.prediction", "", {"probabilityDecimal": 101}, ""),
    ("rqg-1", "RequestGroup.action", "resource action", {"title": "a"}, OLD),
    ("rqg-1", "RequestOrchestration.action", "resource action", {"title": "a"}, NEW),
    ("sev-1", "AuditEvent.entity", "", {"name": "a", "query": "YQ=="}, OLD),
    ("sqty-1", "MedicationDispense", "", {"quantity": {"value": 1, "comparator": "<"}}, ""),
    ("sqty-1", "MedicationAdministration.dosage", "", {"dose": {"value": 1, "comparator": ">="}}, ""),
    ("sst-1", "SubscriptionStatus", "notificationEvent", {"type": "event-notification"}, "R4B R5"),
    ("sst-2", "SubscriptionStatus", "status", {"type": "query-status"}, NEW),
    ("scr-1", "Subscription.filterBy", "", {"filterParameter": "a", "comparator": "eq", "modifier": "not", "value": "a"}, NEW),
    ("tsk-1", "Task", "code", {"restriction": {"repetitions": 1}}, NEW),
    *DEFINITIONS,
]  # fmt: skip
