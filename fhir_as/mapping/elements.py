"""Ways to the elements of a resource that the compiled rows call."""

from collections.abc import Callable, Iterable
from typing import Any

from fhir_as.mapping.constants import CODE_SYSTEM

Json = dict[str, Any]


def by_key(items: object, of: Callable[[Json], Iterable[object]]) -> dict[str, list[Json]]:
    """The elements of a list by what tells them apart (a component's code, an extension's url)."""
    found: dict[str, list[Json]] = {}
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            for key in of(item):
                if type(key) is str:
                    found.setdefault(key, []).append(item)
    return found


def component_keys(component: Json) -> Iterable[object]:
    """Our codes of a component."""
    code = component.get("code")
    codings = code.get("coding") if type(code) is dict else None
    if type(codings) is not list:
        return ()
    return [x.get("code") for x in codings if type(x) is dict and x.get("system") == CODE_SYSTEM]


def extension_keys(extension: Json) -> Iterable[object]:
    """The url of an extension."""
    return (extension.get("url"),)


def dig(element: object, *steps: str | int) -> Any:
    """The element at the end of a path, or None where the path breaks off."""
    for step in steps:
        if isinstance(step, int):
            element = element[step] if isinstance(element, list) and len(element) > step else None
        else:
            element = element.get(step) if isinstance(element, dict) else None
    return element
