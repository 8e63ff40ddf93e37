"""What was not looked at: one line each, so that nothing is silently valid."""

from fhir_as.validation.codings import not_looked_up
from fhir_as.validation.invariants import NARRATIVE
from fhir_as.validation.visit import Visit

_HL7 = "http://hl7.org/fhir/StructureDefinition/"


def not_checked(visit: Visit) -> tuple[str, ...]:
    """The lines of a Report; a profile that a resource claims is an issue as well."""
    lines = visit.findings.not_checked
    if visit.unnarrated:
        count = len(visit.unnarrated)
        message = f"{count} resources have no narrative" if count > 1 else "this resource has no narrative"
        help = "for what people shall read, a narrative is best practice"
        visit.findings.add(NARRATIVE, visit.unnarrated[0], None, message, help=help, severity="warning")
    for meta in visit.profiles:
        profiles = meta["profile"] if isinstance(meta["profile"], list) else []
        for index, profile in enumerate(profiles):
            if isinstance(profile, str) and not _is_base(profile, visit):
                message = "this profile was not applied: only the base definition was"
                visit.findings.add("AS629", profiles, index, message, value=profile)
                lines["the profiles that resources claim"] = None
    for system in sorted(visit.systems):
        if visit.definitions.code_system(system) is None and (line := not_looked_up(system)) is not None:
            lines[line] = None
    return tuple(lines)


def _is_base(profile: str, visit: Visit) -> bool:
    """Whether a profile is the definition of a resource type itself."""
    url = profile.partition("|")[0]
    return url.startswith(_HL7) and url.removeprefix(_HL7) in visit.definitions.resources
