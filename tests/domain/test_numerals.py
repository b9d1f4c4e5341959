"""Numbers written out say what they are (SPEC 3.7)."""

from kiosk.domain.numerals import in_chinese, in_english


def test_each_number_has_words_of_its_own() -> None:
    assert [in_chinese(number) for number in (0, 9, 10, 11, 20, 21, 99)] == [
        "零",
        "九",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
    ]
    assert [in_english(number) for number in (0, 9, 10, 19, 20, 21, 99)] == [
        "zero",
        "nine",
        "ten",
        "nineteen",
        "twenty",
        "twenty-one",
        "ninety-nine",
    ]
    for words in (in_chinese, in_english):
        assert len({words(number) for number in range(100)}) == 100
