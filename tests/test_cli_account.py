"""The account: one sentence that claims what was counted and nothing else."""

from fhir_as.cli.account import CHECK, CONVERT, REVERT, Tally, Words, account


def tally(versions: str = "R4", **counts: int) -> Tally:
    made = Tally()
    made.counts.update(counts)
    made.versions = dict.fromkeys(versions.split())
    return made


def said(made: Tally, words: Words = CONVERT, *, checked: bool = True, above: bool = True) -> str:
    return account("toc.yaml", made, words, checked=checked, above=above)


def test_all_came_back() -> None:
    assert said(tally(tried=1, done=1, leaves=158, carried=158)) == (
        "toc.yaml: all 158 facts carried to FHIR R4 and back; nothing lost, changed or added."
    )


def test_something_was_lost() -> None:
    lost = tally(tried=1, leaves=158, carried=155, reported=3, AS401=2, AS402=1)
    assert said(lost) == (
        "toc.yaml: 3 of 158 facts did not come back from FHIR R4: see above; not converted."
    )
    lost.counts["done"] = 1
    assert said(lost) == "toc.yaml: 3 of 158 facts did not come back from FHIR R4: see above."
    lost.counts["AS403"] = 2
    assert said(lost, REVERT) == (
        "toc.yaml: 3 of 158 values of FHIR R4 did not come back from the case, 2 added: see above."
    )


def test_something_was_assumed() -> None:
    assert said(tally(tried=1, done=1, leaves=9, carried=9, AS403=2)) == (
        "toc.yaml: all 9 facts carried to FHIR R4 and back; nothing lost or changed; "
        "2 assumed because FHIR demands it: see above."
    )


def test_without_the_return_trip_nothing_is_claimed() -> None:
    claim = "to FHIR R4; the way back was not tried: no claim about loss."
    assert said(tally(tried=1, done=1), checked=False) == f"toc.yaml: converted {claim}"
    several = said(tally(tried=3, done=2), checked=False)
    assert several == f"toc.yaml: 2 of 3 cases converted {claim}"
    back = said(tally("R5", tried=1, done=1), REVERT, checked=False)
    assert back.startswith("toc.yaml: reverted from FHIR R5; ")


def test_a_case_that_could_not_be_made() -> None:
    assert said(tally(tried=1)) == "toc.yaml: not converted: see above."
    assert said(tally(tried=1), CHECK) == "toc.yaml: not passed: see above."


def test_revert_counts_values_and_says_what_is_parked() -> None:
    assert said(tally(tried=1, done=1, leaves=512, carried=480, parked=32), REVERT) == (
        "toc.yaml: all 512 values of FHIR R4 carried to the case and back, 32 of them parked "
        "as they are; nothing lost, changed or added."
    )


def test_the_total_of_several() -> None:
    total = tally("R4 R5", unread=1)
    for _ in range(2):
        total.add(tally(tried=1, done=1, leaves=10, carried=10))
    total.add(tally(tried=1))
    assert said(total) == (
        "toc.yaml: 2 of 3 cases converted; all 20 facts carried to FHIR R4 and R5 and back; "
        "nothing lost, changed or added; 1 file could not be read or written."
    )
