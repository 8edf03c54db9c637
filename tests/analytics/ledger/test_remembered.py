"""What is remembered is of the very same objects, however alike others are."""

from analytics.ledger.remembered import remembered


def test_the_same_object_is_asked_once_and_an_equal_one_again() -> None:
    asked: list[list[int]] = []

    @remembered
    def total(numbers: list[int], name: str = "") -> str:
        asked.append(numbers)
        return f"{name}{sum(numbers)}"

    one, equal = [1, 2], [1, 2]
    assert total(one) == total(one) == total(equal) == "3"
    assert len(asked) == 2


def test_texts_are_told_apart_by_what_they_say() -> None:
    asked: list[str] = []

    @remembered
    def shout(name: str, *, twice: str = "") -> str:
        asked.append(name)
        return name.upper() + twice

    names = [f"a{letter}" for letter in ("b", "b")]
    assert names[0] is not names[1]
    assert [shout(name) for name in names] == ["AB", "AB"]
    assert [shout("ab", twice=name) for name in names] == ["ABab", "ABab"]
    assert len(asked) == 2


def test_an_object_that_died_lends_its_place_to_no_other() -> None:
    @remembered
    def first_of(numbers: list[int]) -> int:
        return numbers[0]

    assert [first_of([number]) for number in range(1_000)] == list(range(1_000))
