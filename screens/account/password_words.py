"""Why a password can't be used, in words that say what to do (SPEC 3.6)."""

from kiosk.domain.passwords import LONGEST_PASSWORD, PasswordFault
from kiosk.domain.rules import Rules
from kiosk.locale import Translator


def password_fault_text(tr: Translator, fault: PasswordFault, rules: Rules) -> str:  # noqa: PLR0911 - one sentence a fault
    """A fault of a new password."""
    match fault:
        case PasswordFault.EMPTY:
            return tr("请填写密码")
        case PasswordFault.TOO_SHORT:
            return tr("密码太短，至少 {count} 个字符", count=rules.password_length)
        case PasswordFault.TOO_LONG:
            return tr("密码太长，最多 {count} 个字符", count=LONGEST_PASSWORD)
        case PasswordFault.CONTROL_CHARACTER:
            return tr("密码里有不能用的字符，请换一个")
        case PasswordFault.NOT_SIX_DIGITS:
            return tr("服务密码是 6 位数字")
        case PasswordFault.SIMPLE:
            return tr("太简单，容易被猜到，请换一个")
        case PasswordFault.COMMON:
            return tr("这是常见的密码，容易被猜到，请换一个")
        case PasswordFault.PERSONAL:
            return tr("不要用您的号码、邮箱或姓名做密码")
        case PasswordFault.UNCHANGED:
            return tr("新密码与旧密码相同，请换一个")
        case PasswordFault.DIFFERENT:
            return tr("两次输入不一样，请再输一次")
