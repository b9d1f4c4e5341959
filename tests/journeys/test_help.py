"""Help opens from every step at its passage, finds what is asked for, and leaves the step as it was (SPEC 2.4)."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from kiosk.domain.features import Feature
from kiosk.domain.journeys import Step
from kiosk.domain.rules import Rules
from kiosk.domain.visit import Purchase
from kiosk.locale import LANGUAGES
from kiosk.services.read_help import topics_in_force
from screens.help.centre import HelpCentreScreen
from screens.help.page import HelpPage
from screens.help.passages import STEP_PASSAGES
from screens.help.topic import TopicLink, TopicScreen
from screens.home import HomeScreen
from screens.number_purchase.steps import STEPS
from screens.similar import SimilarNumbers
from screens.step_screen import StepScreen
from tests.journeys.hands import BACK, NEXT, Terminal, open_terminal
from tests.services.small_shop import World
from widgets.article import Article
from widgets.chip import ChipRow
from widgets.choice_list import ChoiceList
from widgets.countdown import Countdown
from widgets.field import Field
from widgets.input_panel import InputPanel

EVERYTHING = Rules(offers=frozenset(Feature))
SIZES = [(120, 40), (80, 24), (80, 64)]


def chosen(terminal: Terminal) -> dict[str, object]:
    purchase = terminal.app.visit.purchase
    return {field.name: getattr(purchase, field.name) for field in fields(Purchase)}


def read(terminal: Terminal) -> str:
    """The first line in sight."""
    assert isinstance(terminal.screen, TopicScreen)
    article = terminal.find("#text", Article)
    return article.parts[article.part_at(terminal.find("#page").scroll_offset.y)].text


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_passage_in_both_languages(step: Step, language: str) -> None:
    passage = STEP_PASSAGES[step]
    topic = topics_in_force(EVERYTHING, language)[passage.topic]
    assert passage.anchor in {block.anchor for block in topic.blocks}


def test_what_a_shop_sells_today_is_explained_there() -> None:
    for step in STEPS:
        assert STEP_PASSAGES[step].topic in topics_in_force(Rules(), "zh")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("step", STEPS)
async def test_help_opens_at_the_passage_about_the_step_and_leaves_it_unchanged(
    world: World, now: list[float], step: Step, size: tuple[int, int]
) -> None:
    """By touch, at every size; nothing is composed anew below."""
    async with open_terminal(world, now, size=size) as terminal:
        await terminal.reach(step)
        screen, focused, before = terminal.screen, terminal.app.focused, chosen(terminal)
        widgets = list(screen.walk_children())
        await terminal.tap("#help")
        topic = topics_in_force(world.shop.rules, "zh")[STEP_PASSAGES[step].topic]
        heading = next(block.text for block in topic.blocks if block.anchor == STEP_PASSAGES[step].anchor)
        article = terminal.find("#text", Article)
        assert article.parts[article.here or 0].text == heading
        line = article.line_of(article.here or 0) - terminal.find("#page").scroll_offset.y
        assert 0 <= line < terminal.find("#page").size.height
        await terminal.tap(NEXT)
        assert terminal.screen is screen
        assert list(screen.walk_children()) == widgets
        assert (terminal.app.focused, chosen(terminal)) == (focused, before)


@pytest.mark.parametrize("step", STEPS)
async def test_help_opens_and_closes_by_keys(terminal: Terminal, step: Step) -> None:
    await terminal.reach(step)
    screen = terminal.screen
    if screen.query(InputPanel):
        # A field takes the sign as text.
        await terminal.tap(".question")
    await terminal.press("question_mark")
    assert isinstance(terminal.screen, TopicScreen)
    await terminal.press("enter")
    assert terminal.screen is screen


async def test_typed_text_focus_and_keys_on_the_screen_are_there_again(terminal: Terminal) -> None:
    """SPEC 4, 2.4: half an ID number, and its keys open."""
    await terminal.reach(Step.CUSTOMER)
    await terminal.tap("#id_number Input")
    await terminal.tap_digits(*"370102")
    panel = terminal.screen.query_one(InputPanel)
    await terminal.tap("#help")
    assert terminal.find("#text", Article).text
    await terminal.tap(NEXT)
    assert terminal.find("#id_number", Field).value == "370102"
    assert panel.field is terminal.find("#id_number")
    await terminal.tap_digits("1")
    assert terminal.find("#id_number", Field).value == "3701021"


async def test_the_language_can_change_while_reading_and_the_step_follows(terminal: Terminal) -> None:
    """SPEC 9.3: the same passage, in the other language, and so is the step below."""
    await terminal.reach(Step.TARIFF)
    await terminal.tap("#help")
    led_to = read(terminal)
    await terminal.tap("#down")
    before = read(terminal)
    assert before != led_to
    await terminal.tap("#language")
    chinese, english = (topics_in_force(terminal.world.shop.rules, lang)["guide/buy-number"] for lang in LANGUAGES)
    place = [block.text for block in chinese.blocks].index(before)
    assert read(terminal) == english.blocks[place].text
    await terminal.tap("#print")
    assert english.blocks[place].text == read(terminal)
    await terminal.tap(NEXT)
    assert "Choose a tariff" in terminal.words
    assert terminal.is_at(Step.TARIFF)


async def test_pages_are_turned_by_buttons_and_by_keys(terminal: Terminal) -> None:
    await terminal.begin()
    await terminal.tap("#help")
    await terminal.tap_row("#topics", 1)
    page = terminal.find("#page")
    assert terminal.find("#up").disabled
    await terminal.tap("#down")
    assert page.scroll_offset.y == page.size.height - 1
    await terminal.press("pageup")
    assert page.scroll_offset.y == 0
    while not terminal.find("#down").disabled:
        await terminal.press("pagedown")
    assert page.scroll_offset.y == page.max_scroll_y


async def test_topics_lead_to_topics_and_back_to_where_one_was(terminal: Terminal) -> None:
    await terminal.reach(Step.NUMBER)
    await terminal.tap("#help")
    while not terminal.find("#down").disabled:
        await terminal.tap("#down")
    place = terminal.find("#page").scroll_offset.y
    first = terminal.find("#text", Article).text
    link = terminal.screen.query(TopicLink).first()
    wanted = topics_in_force(terminal.world.shop.rules, "zh")[link.topic]
    await terminal.tap(link)
    assert terminal.text("#heading") == wanted.title
    assert terminal.find("#page").scroll_offset.y == 0
    await terminal.tap(BACK)
    assert terminal.find("#text", Article).text == first
    assert terminal.find("#page").scroll_offset.y in {place, place - 1}
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, HelpCentreScreen)
    await terminal.tap(BACK)
    assert terminal.is_at(Step.NUMBER)
    assert not isinstance(terminal.screen, HelpPage)


async def test_the_centre_shows_section_by_section_what_the_shop_offers(terminal: Terminal) -> None:
    await terminal.begin()
    await terminal.press("question_mark")
    topics = topics_in_force(terminal.world.shop.rules, "zh").values()
    shown = []
    for chip in terminal.find("#sections", ChipRow).chips:
        await terminal.tap_chip("#sections", chip.key)
        assert terminal.find("#sections", ChipRow).selected == {chip.key}
        shown += [row.key for row in terminal.find("#topics", ChoiceList).rows]
    assert shown == [topic.key for topic in topics]
    await terminal.press("escape")
    assert isinstance(terminal.screen, HomeScreen)


@pytest.mark.parametrize(
    ("language", "typed", "first"),
    [
        ("zh", "支付", "payment/paying"),
        ("zh", "zhifu", "payment/paying"),
        ("zh", "zf", "payment/paying"),
        ("en", "refund", "after_sales/refund"),
        ("en", "htp", "payment/paying"),
    ],
)
async def test_what_is_typed_is_found_at_once_and_opened_at_its_passage(
    terminal: Terminal, language: str, typed: str, first: str
) -> None:
    await terminal.begin()
    if language == "en":
        await terminal.tap("#language")
    await terminal.tap("#help")
    await terminal.tap("#query Input")
    if typed.isascii():
        await terminal.tap_letters(*typed, "done")
    else:
        await terminal.type(typed)
        await terminal.press("enter")
    results = terminal.find("#topics", ChoiceList)
    assert results.rows[0].key == first
    await terminal.tap_row(results, len(results.rows) - 1)
    assert isinstance(terminal.screen, TopicScreen)
    await terminal.tap(BACK)
    assert terminal.find("#query", Field).value == typed
    await terminal.tap("#clear")
    assert terminal.find("#query", Field).value == ""
    assert terminal.find("#sections").display


async def test_a_word_that_is_not_there_says_what_to_do_and_stays_when_the_language_changes(terminal: Terminal) -> None:
    await terminal.begin()
    await terminal.tap("#help")
    await terminal.tap("#query Input")
    await terminal.tap_letters(*"qqqq", "done")
    assert terminal.find("#nothing").display
    await terminal.tap("#language")
    assert terminal.find("#query", Field).value == "qqqq"
    assert "Nothing found" in terminal.text("#nothing")


async def test_nothing_typed_in_the_help_is_there_for_the_next_person(terminal: Terminal) -> None:
    """SPEC 3.8: the idle time runs on in the help."""
    await terminal.begin()
    await terminal.tap("#help")
    await terminal.tap("#query Input")
    await terminal.tap_letters(*"tuikuan")
    await terminal.idle(90)
    assert terminal.app.current_mode == "attract"
    await terminal.begin()
    assert isinstance(terminal.screen, HomeScreen)
    await terminal.tap("#help")
    assert terminal.find("#query", Field).value == ""


async def test_a_payment_that_arrives_while_somebody_reads_shows_the_receipt(terminal: Terminal) -> None:
    """SPEC 6.1: it turns by itself to paid; the help closes."""
    await terminal.reach(Step.PAY)
    pay = terminal.screen
    await terminal.tap("#help")
    assert isinstance(terminal.screen, TopicScreen)
    terminal.world.pay(terminal.trade)
    pay.look()  # type: ignore[attr-defined]  # as it does by itself every other second
    await terminal.settle()
    assert terminal.is_at(Step.COLLECT)
    assert not isinstance(terminal.screen, HelpPage)


async def test_a_hold_that_ends_while_somebody_reads_offers_others_and_closes_the_help(terminal: Terminal) -> None:
    """SPEC 4.2."""
    await terminal.reach(Step.TARIFF)
    step = terminal.screen
    await terminal.tap("#help")
    terminal.world.clock.move(timedelta(minutes=31))
    for countdown in step.query(Countdown):
        countdown.tick()
    await terminal.settle()
    assert isinstance(terminal.screen, SimilarNumbers)
    await terminal.tap("#search")
    assert terminal.is_at(Step.NUMBER)
    assert isinstance(terminal.screen, StepScreen)


async def test_reading_at_the_payment_has_the_time_that_paying_has(terminal: Terminal) -> None:
    """SPEC 7.1: longer while paying."""
    await terminal.reach(Step.PAY)
    await terminal.tap("#help")
    await terminal.idle(120)
    assert isinstance(terminal.screen, TopicScreen)


async def test_what_the_shop_does_not_offer_cannot_be_opened(world: World, now: list[float]) -> None:
    shop = replace(world.shop, rules=replace(world.shop.rules, offers=frozenset()))
    async with open_terminal(world, now, shop=shop) as terminal:
        await terminal.begin()
        terminal.app.push_screen(TopicScreen(STEP_PASSAGES[Step.RECIPIENT]))
        await terminal.settle()
        assert isinstance(terminal.screen, HomeScreen)


async def test_all_topics_opened_at_a_step_close_at_a_touch_and_q_is_typed_into_the_search(terminal: Terminal) -> None:
    await terminal.reach(Step.TARIFF)
    screen = terminal.screen
    await terminal.tap("#help")
    await terminal.tap(BACK)
    assert isinstance(terminal.screen, HelpCentreScreen)
    terminal.find("#query", Field).focus_input()
    await terminal.press("q")
    assert terminal.find("#query", Field).value == "q"
    terminal.find("#topics").focus()
    await terminal.press("q")
    assert terminal.screen is screen
