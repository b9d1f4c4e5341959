"""What is wrong with what a customer typed, in words that say what to do (SPEC 4.4, LOOK 7)."""

from kiosk.domain.id_documents import SELF_SERVICE_AGE, IdFault, IdType
from kiosk.domain.persons import LONGEST_NAME, NameFault, PhoneFault
from kiosk.locale import Translator
from kiosk.services.errors import TooManyHolds, TooManyNumbers
from kiosk.services.register_customer import Fault


def id_type_name(tr: Translator, kind: IdType) -> str:
    """A kind of document as a chip says it: briefly, where the official name is long."""
    match kind.code:
        case "resident":
            return tr("居民身份证")
        case "hmt_residence":
            return tr("港澳台居民居住证")
        case "foreign_permanent_resident":
            return tr("外国人永久居留身份证")
        case _:
            return tr.pick(kind.name_zh, kind.name_en)


def fault_text(tr: Translator, fault: Fault) -> str:
    """A fault of any field."""
    match fault:
        case NameFault():
            return name_fault(tr, fault)
        case IdFault():
            return id_fault(tr, fault)
        case PhoneFault():
            return phone_fault(tr, fault)


def name_fault(tr: Translator, fault: NameFault) -> str:  # noqa: PLR0911 - one sentence a fault
    """Why a name isn't accepted, and what to do."""
    match fault:
        case NameFault.EMPTY:
            return tr("请填写证件上的姓名")
        case NameFault.TOO_SHORT:
            return tr("姓名至少两个字，请填写全名")
        case NameFault.TOO_LONG:
            return tr("姓名最多 {count} 个字，请核对", count=LONGEST_NAME)
        case NameFault.DIGITS:
            return tr("姓名里不能有数字，请照证件填写")
        case NameFault.FORBIDDEN_CHARACTER:
            return tr("姓名里有不能用的符号，请照证件填写")
        case NameFault.MIXED_SCRIPTS:
            return tr("请只用汉字，或只用拼音字母")
        case NameFault.MISPLACED_MARK:
            return tr("姓名里的点或空格位置不对，请照证件填写")
        case NameFault.HANZI_WANTED:
            return tr("请选汉字：身份证上的姓名是汉字")


def id_fault(tr: Translator, fault: IdFault) -> str:  # noqa: PLR0911 - one sentence a fault
    """Why a document isn't accepted, and what to do."""
    match fault:
        case IdFault.EMPTY:
            return tr("请填写证件号码")
        case IdFault.WRONG_LENGTH:
            return tr("证件号码是 18 位，请核对有没有漏填")
        case IdFault.FIFTEEN_DIGITS:
            return tr("15 位的旧号码不能用了，请填新证上的 18 位号码")
        case IdFault.NOT_DIGITS:
            return tr("证件号码只有数字，最后一位可以是 X")
        case IdFault.UNKNOWN_REGION:
            return tr("前 6 位不是有效的地区，请核对")
        case IdFault.BIRTH_DATE_IMPOSSIBLE:
            return tr("第 7 到 14 位不是真实的日期，请核对")
        case IdFault.BIRTH_DATE_IN_FUTURE:
            return tr("出生日期在今天之后，请核对第 7 到 14 位")
        case IdFault.BIRTH_DATE_TOO_OLD:
            return tr("出生日期太早了，请核对第 7 到 14 位")
        case IdFault.CHECK_DIGIT:
            return tr("号码有一位填错了，请从头核对一遍")
        case IdFault.WRONG_FORM:
            return tr("号码与所选的证件类型不符，请核对")
        case IdFault.COUNTER_ONLY_TYPE:
            return tr("这种证件请到柜台办理")
        case IdFault.UNDER_AGE:
            return tr("不满 {age} 岁请由监护人陪同到柜台办理", age=SELF_SERVICE_AGE)


def phone_fault(tr: Translator, fault: PhoneFault) -> str:
    """Why a contact phone isn't accepted, and what to do."""
    match fault:
        case PhoneFault.EMPTY:
            return tr("请填写能收短信的手机号码")
        case PhoneFault.WRONG_LENGTH:
            return tr("手机号码是 11 位，请核对")
        case PhoneFault.NOT_DIGITS:
            return tr("手机号码只有数字，请核对")
        case PhoneFault.NOT_MOBILE:
            return tr("这不是有效的手机号码，请核对")


def limit_text(tr: Translator, refusal: TooManyHolds | TooManyNumbers) -> str:
    """Which limit the person has reached, and what to do."""
    match refusal:
        case TooManyHolds():
            return tr(
                "同一证件或联系电话最多同时保留 {limit} 个号码。请先办完或取消别处保留的号码，再点下一步。",
                limit=refusal.limit,
            )
        case TooManyNumbers():
            return tr(
                "一个证件最多办理 {limit} 个号码，这个证件已经办满。请改用另一位使用人的证件，或到柜台咨询。",
                limit=refusal.limit,
            )
