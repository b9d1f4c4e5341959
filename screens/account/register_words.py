"""What is wrong with what was typed to register, in words that say what to do (SPEC 3.1)."""

from kiosk.domain.emails import EmailFault
from kiosk.domain.passwords import PasswordFault
from kiosk.domain.persons import NameFault, PhoneFault
from kiosk.domain.rules import Rules
from kiosk.locale import Translator
from kiosk.services.register_member import RegistrationFault
from screens.account.password_words import password_fault_text
from screens.number_purchase.customer_words import name_fault, phone_fault


def registration_fault(tr: Translator, fault: RegistrationFault, rules: Rules) -> str:
    """A fault of any line."""
    match fault:
        case EmailFault():
            return email_fault(tr, fault)
        case PasswordFault():
            return password_fault_text(tr, fault, rules)
        case PhoneFault():
            return phone_fault(tr, fault)
        case NameFault():
            return name_fault(tr, fault)
        case _:
            return tr("请先阅读并同意《在线注册协议》")


def email_fault(tr: Translator, fault: EmailFault) -> str:  # noqa: PLR0911 - one sentence a fault
    """Why an address isn't one."""
    match fault:
        case EmailFault.EMPTY:
            return tr("请填写邮箱")
        case EmailFault.NO_AT:
            return tr("请填写完整的邮箱，如 name@example.com")
        case EmailFault.SPACE:
            return tr("邮箱里不能有空格，请去掉")
        case EmailFault.TOO_LONG:
            return tr("邮箱太长，请核对")
        case EmailFault.NAME_PART:
            return tr("@ 前面有不能用的字符，请核对")
        case EmailFault.DOMAIN_PART:
            return tr("@ 后面不对，请核对，如 qq.com")
        case EmailFault.TOO_MANY_MAILS:
            return tr("今天发往这个邮箱的邮件太多了，请换一个邮箱，或明天再来")
