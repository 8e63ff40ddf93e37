"""Published invariants that say something else than they mean, and those that are checked elsewhere.

Each repair names the published expression, so that another one under the same key stays as it is.
"FHIRPathExpressionFixer" is the class of HL7's validator (org.hl7.fhir.validation 6.10.4) that does the same.
"""

from typing import NamedTuple


class Repair(NamedTuple):
    """`expression` instead of `published`; `reason` says why, `source` who says so too."""

    key: str
    published: str
    expression: str
    reason: str
    source: str


NATIVE: dict[str, str] = {
    "ele-1": "the walk over the structure: an element has a value or children",
    "ext-1": "the walk over the structure: an extension has a value or extensions",
    "txt-1": "the narrative: its elements and attributes",
    "txt-2": "the narrative: it is not empty",
    "ref-1": "the references: AS634, which has what R4's expression lacks",
    "dom-3": "the references: HL7's validator says of the published expression that it is slow and wrong",
    "dom-r4b": "nothing: `$this` and `%resource` are the same wherever it is asked, so that it always holds",
}
"""Keys that are not compiled, and what checks them."""

LENIENT: dict[str, str] = {
    "ref-1": "a reference with nothing but an extension has no text to test",
    "bdl-8": "a fullUrl with nothing but an extension has no text to test",
    "per-1": "moments of different precision have no order (R5 compares the boundaries instead)",
    "rng-2": "quantities of different units have no order here",
    "inv-2": "quantities of different units have no order here (RatioRange of R4B)",
    "mdd-1": "moments of different precision have no order",
    "inv-1": "moments of different precision have no order (Task); the others of this key are never empty",
    "app-5": "a missing end is a matter of app-2",
    "tim-4": "a duration with nothing but an extension has no value to compare",
    "tim-5": "a period with nothing but an extension has no value to compare",
    "cnl-1": "a url with nothing but an extension has no text to match",
    "mea-2": "a linkId with nothing but an extension has no length",
    "mea-3": "a linkId with nothing but an extension has no length",
    "mea-4": "a linkId with nothing but an extension has no length",
    "mea-5": "a linkId with nothing but an extension has no length",
    "mea-6": "a linkId with nothing but an extension has no length",
    "que-15": "a linkId with nothing but an extension has no length",
}
"""Keys whose empty answer breaks nothing, and why: it means "not known", not "no"."""

_FIXER = "FHIRPathExpressionFixer"
_NAME = "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')"
_CONDITION_STATUS = (
    "system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code='entered-in-error'"
)
_PROBLEM = "system='http://terminology.hl7.org/CodeSystem/condition-category' and code='problem-list-item'"
_R4_REFERENCE = (
    "reference.startsWith('#').not() or "
    "(reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids'))"
)
_R4B_REFERENCE = f"{_R4_REFERENCE} or (reference='#' and %rootResource!=%resource)"

REPAIRS: tuple[Repair, ...] = (
    Repair(
        "ref-1",
        _R4_REFERENCE,
        f"reference.exists() implies (reference = '#' or ({_R4_REFERENCE}))",
        "empty for a Reference without reference; `#`, the container itself, is allowed",
        f"{_FIXER}; R5",
    ),
    Repair(
        "ref-1",
        _R4B_REFERENCE,
        f"reference.exists() implies ({_R4B_REFERENCE})",
        "empty for a Reference without reference",
        f"{_FIXER}; R5",
    ),
    Repair(
        "bdl-8",
        "fullUrl.contains('/_history/').not()",
        "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
        "empty for an entry without fullUrl",
        f"{_FIXER}; R4B",
    ),
    Repair(
        "*-0",
        _NAME,
        "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
        "empty without a name; not anchored, so that it tests nothing",
        f"{_FIXER}; R4B; R5 (cnl-0)",
    ),
    Repair(
        "vsd-0",
        f"name.exists() implies name.exists() implies {_NAME}",
        f"name.exists() implies {_NAME}",
        "`implies` associates to the left: broken without a name, which is optional",
        "the others of R4B (cnl-0)",
    ),
    Repair(
        "con-3",
        "clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/"
        "condition-ver-status' and code = 'entered-in-error').exists() or "
        "category.select($this='problem-list-item').empty()",
        f"verificationStatus.empty().not() and verificationStatus.coding.where({_CONDITION_STATUS}).exists().not() and "
        f"category.coding.where({_PROBLEM}).exists() implies clinicalStatus.empty().not()",
        "compares a CodeableConcept with a text",
        "R4B (the repair of FHIRPathExpressionFixer asks for a clinicalStatus where its meaning forbids one)",
    ),
    Repair(
        "tim-9",
        "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))",
        "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())",
        "`in` is not defined for several items on its left",
        f"{_FIXER}; R5",
    ),
    Repair(
        "que-7",
        "operator = 'exists' implies (answer is Boolean)",
        "operator = 'exists' implies (answer is boolean)",
        "the FHIR type is meant",
        f"{_FIXER}; R4B",
    ),
    Repair(
        "que-12",
        "enableWhen.count() > 2 implies enableBehavior.exists()",
        "enableWhen.count() > 1 implies enableBehavior.exists()",
        "its text says: more than one",
        f"{_FIXER}; R4B",
    ),
    Repair(
        "ras-2",
        "probability is decimal implies (probability as decimal) <= 100",
        "(probability.exists() and (probability is decimal)) implies ((probability as decimal) <= 100)",
        "empty without a probability",
        f"{_FIXER}; R5",
    ),
    Repair(
        "eld-19",
        r"path.matches('[^\\s\\.,:;\\\'"
        r'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*'
        r"')",
        r"path.matches('^[^\\s\\.,:;\\\'"
        r'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\.[^\\s\\.,:;\\\'"\\/|?!@#$%&*()\\[\\]{}]{1,64}(\\[x\\])?(\\:[^\\s\\.]+)?)*$'
        r"')",
        "not anchored, so that it tests nothing",
        f"{_FIXER}; R4B",
    ),
    Repair(
        "eld-20",
        r"path.matches('[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*')",
        r"path.matches('^[A-Za-z][A-Za-z0-9]*(\\.[a-z][A-Za-z0-9]*(\\[x])?)*$')",
        "not anchored, so that it tests nothing",
        f"{_FIXER}; R4B",
    ),
    Repair(
        "opd-3",
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')",
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or "
        "type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))",
        "a parameter may be a resource of a profile",
        _FIXER,
    ),
    Repair(
        "dom-6",
        "text.`div`.exists()",
        "(%rootResource != $this) or text.`div`.exists()",
        "a contained resource has no narrative (its note in domainresource.html#invs)",
        _FIXER,
    ),
    Repair(
        "eld-24",
        "fixed.exists().not()",
        "fixed.exists().not() or path.endsWith('xtension.url') or path.endsWith('.id')",
        "the url of an extension is fixed in every one of HL7's own",
        "InstanceValidator.IsExemptInvariant of HL7's validator",
    ),
    Repair(
        "md-1",
        "max='*' or (max.toInteger() > 0)",
        "max.exists() implies (max='*' or (max.toInteger() > 0))",
        "empty without a max, which is optional",
        "the cardinality of MessageDefinition.focus.max",
    ),
)

_BY_EXPRESSION = {repair.published: repair for repair in REPAIRS}


def repaired(expression: str) -> str:
    """The expression that is meant by a published one."""
    repair = _BY_EXPRESSION.get(expression)
    return expression if repair is None else repair.expression
