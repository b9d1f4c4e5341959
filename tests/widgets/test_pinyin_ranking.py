"""Names and places are within a few touches (SPEC 9.1)."""

from __future__ import annotations

import pytest

from benchmarks.pinyin_reach import OurSession, Target, by_initials, districts, effort, fully, names
from tests.widgets.pinyin_keys import choosing, first_screen, typing
from widgets.pinyin.lexicon import Lexicon
from widgets.pinyin.method import PinyinMethod
from widgets.pinyin.purpose import NAMES, Purpose, places

AFTER_SURNAME = "王"


@pytest.fixture
def method(lexicon: Lexicon) -> PinyinMethod:
    return PinyinMethod(lexicon, NAMES)


def test_ouyang_nana_takes_six_touches_at_most(lexicon: Lexicon) -> None:
    taken = effort(OurSession(lexicon, NAMES), Target("欧阳娜娜", ("ou", "yang", "na", "na")), by_initials)
    assert taken is not None
    assert taken.touches <= 6


@pytest.mark.parametrize(
    ("letters", "surname"),
    [
        ("shan", "单"),
        ("xie", "解"),
        ("zha", "查"),
        ("zeng", "曾"),
        ("qiu", "仇"),
        ("piao", "朴"),
        ("ren", "任"),
        ("ou", "区"),
        ("miao", "缪"),
        ("ge", "盖"),
        ("yue", "乐"),
        ("zhai", "翟"),
        ("qin", "覃"),
        ("tan", "覃"),
        ("yuchi", "尉迟"),
        ("moqi", "万俟"),
        ("lv", "吕"),
        ("z", "张"),
        ("oy", "欧阳"),
        ("zg", "诸葛"),
        ("sima", "司马"),
        ("shangguan", "上官"),
        ("liu", "刘"),
    ],
)
def test_a_surname_is_on_the_first_screen_in_its_own_reading(method: PinyinMethod, letters: str, surname: str) -> None:
    assert surname in first_screen(typing(method, letters))


def test_frequent_surnames_come_first(method: PinyinMethod) -> None:
    assert typing(method, "zh").candidates[:3] == ("张", "赵", "周")


@pytest.mark.parametrize(
    ("letters", "name"),
    [("zhangwei", "张伟"), ("zw", "张伟"), ("wangxiaoming", "王小明"), ("lidehua", "李德华"), ("zhangw", "张伟")],
)
def test_a_whole_name_is_found_at_once(method: PinyinMethod, letters: str, name: str) -> None:
    assert name in first_screen(typing(method, letters))


@pytest.mark.parametrize(
    ("letters", "given_name"), [("nn", "娜娜"), ("jianguo", "建国"), ("zihan", "梓涵"), ("wei", "伟"), ("hua", "华")]
)
def test_given_names_come_first_after_a_surname(method: PinyinMethod, letters: str, given_name: str) -> None:
    choosing(method, typing(method, "wang"), AFTER_SURNAME)
    assert given_name in typing(method, letters).candidates[:3]


@pytest.mark.parametrize(
    ("letters", "character"),
    [
        ("zhe", "喆"),
        ("kun", "堃"),
        ("yi", "祎"),
        ("hua", "婳"),
        ("yan", "䶮"),
        ("hong", "𬭎"),
        ("di", "頔"),
        ("sheng", "昇"),
        ("yin", "𬘡"),
        ("lu", "𫘧"),
    ],
)
def test_rare_characters_are_reached_in_their_reading(
    method: PinyinMethod, lexicon: Lexicon, letters: str, character: str
) -> None:
    assert character in typing(PinyinMethod(lexicon, Purpose()), letters).candidates
    assert character in typing(method, letters).candidates
    method.reset()
    choosing(method, typing(method, "wang"), AFTER_SURNAME)
    assert character in typing(method, letters).candidates


def test_common_characters_come_before_rare_ones(lexicon: Lexicon) -> None:
    offered = typing(PinyinMethod(lexicon, Purpose()), "zhang").candidates
    assert offered.index("章") < offered.index("鄣") < offered.index("慞")


def test_characters_of_all_the_letters_come_before_those_of_some(lexicon: Lexicon) -> None:
    offered = typing(PinyinMethod(lexicon, places([])), "jie").candidates
    assert offered.index("街") < offered.index("机")


@pytest.mark.parametrize("letters", ["shan", "zhang", "long", "jia"])
def test_traditional_forms_are_not_offered(lexicon: Lexicon, letters: str) -> None:
    assert not {"單", "張", "龍", "賈"} & set(typing(PinyinMethod(lexicon, Purpose()), letters).candidates)


@pytest.mark.parametrize(("letters", "word"), [("jinan", "济南"), ("xian", "西安"), ("fangan", "方案")])
def test_letters_that_part_in_two_ways_offer_both(lexicon: Lexicon, letters: str, word: str) -> None:
    assert typing(PinyinMethod(lexicon, places(target.text for target in districts())), letters).candidates[0] == word
    assert word in first_screen(typing(PinyinMethod(lexicon, NAMES), letters))


@pytest.mark.parametrize("letters", ["lixiaqu", "lxq", "lixia", "lxia", "lix", "lx", "lxqu"])
def test_a_place_is_found_however_it_is_shortened(lexicon: Lexicon, letters: str) -> None:
    method = PinyinMethod(lexicon, places(["槐荫区", "历下区", "泉城路"]))
    assert typing(method, letters).candidates[0] == "历下区"


def test_places_come_in_the_order_given(lexicon: Lexicon) -> None:
    method = PinyinMethod(lexicon, places(["历下区", "李沧区", "莱芜区"]))
    assert typing(method, "l").candidates[:3] == ("历下区", "李沧区", "莱芜区")


def test_a_place_is_taken_from_the_middle_of_an_address(lexicon: Lexicon) -> None:
    method = PinyinMethod(lexicon, places(["历下区", "泉城路"]))
    rest = choosing(method, typing(method, "lixiaququanchenglu"), "历下区")
    assert rest.composing == "quanchenglu"
    assert rest.candidates[0] == "泉城路"


def test_an_unknown_phrase_is_put_together_from_words(lexicon: Lexicon) -> None:
    assert typing(PinyinMethod(lexicon, places([])), "yangguangxincheng").candidates[0] == "阳光新城"


def test_eleven_names_in_twelve_need_no_second_screen(lexicon: Lexicon) -> None:
    session = OurSession(lexicon, NAMES)
    efforts = [effort(session, target, fully) for target in names()]
    assert all(efforts), "every name can be written"
    assert sum(one.first_screens for one in efforts if one) >= 11 / 12 * len(efforts)
    assert sum(one.at_once for one in efforts if one) >= 0.84 * len(efforts)


def test_every_district_is_on_the_first_screen(lexicon: Lexicon) -> None:
    targets = districts()
    session = OurSession(lexicon, places(target.text for target in targets))
    for letters in (fully, by_initials):
        for target in targets:
            taken = effort(session, target, letters)
            assert taken is not None, target
            assert letters is by_initials or taken.at_once, target
