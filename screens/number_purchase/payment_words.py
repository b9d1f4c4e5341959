"""Where a payment stands, and what the pay screen says of it."""

from enum import Enum, auto

from kiosk.locale import Translator


class PaymentPhase(Enum):
    """Where the payment stands, as the screen shows it."""

    OPENING = auto()
    """A code is being asked for."""
    WAITING = auto()
    """The code is shown."""
    CHECKING = auto()
    """Nothing may be paid any more; whether it was is being found out."""
    FAILED = auto()
    """Another try is offered."""
    PAID = auto()
    OVER = auto()
    """The order is cancelled."""

    @property
    def is_open(self) -> bool:
        """Whether the order can still be paid, and the deadline counts."""
        return self in {PaymentPhase.OPENING, PaymentPhase.WAITING, PaymentPhase.FAILED}

    @property
    def is_last(self) -> bool:
        """Whether the order waits for nothing any more."""
        return self in {PaymentPhase.PAID, PaymentPhase.OVER}


class PaymentFailure(Enum):
    """Why there is no code to be paid."""

    NO_ANSWER = auto()
    NOT_PAID = auto()
    NO_PROVIDER = auto()


def words_of_code(tr: Translator, page: str | None) -> tuple[str, str]:
    """The headline beside a code, and what to do; `page` is its address where only this machine can open it."""
    explanation = tr("付款后本页会自动更新，请不要离开。")
    if page is not None:
        explanation += "\n\n" + tr("仅限本机打开：") + "\n" + page
    return tr("请用手机扫码付款"), explanation


def words_of_end(tr: Translator, *, refund_due: bool) -> tuple[str, str]:
    """The headline of a cancelled order, and what becomes of money."""
    if refund_due:
        return tr("订单已取消"), tr("您的付款将全额退回，并短信通知。")
    return (
        tr("订单已取消，没有扣款"),
        tr("号码已放回。如果付款还在途中，到账后会自动处理并短信通知您。"),
    )


def words_of_search(tr: Translator, order_no: str) -> str:
    """For somebody who has paid and sees no change."""
    return tr("正在查询。若已扣款，到账后本页会自动更新；请记下订单号 {order_no}。", order_no=order_no)


def words_of_failure(tr: Translator, failure: PaymentFailure, *, refund_due: bool) -> str:
    """Why there is no code, whether anything was taken, and what to do."""
    match failure:
        case PaymentFailure.NO_PROVIDER:
            return tr("这里暂时不能付款，请咨询店员。")
        case PaymentFailure.NO_ANSWER if refund_due:
            return tr("支付平台暂时没有回应，请稍候再试一次。之前的付款将全额退回。")
        case PaymentFailure.NO_ANSWER:
            return tr("支付平台暂时没有回应。没有扣款，请稍候再试一次。")
        case PaymentFailure.NOT_PAID if refund_due:
            return tr("收到的金额不符，将全额退回。请再试一次。")
        case PaymentFailure.NOT_PAID:
            return tr("这次付款没有成功，没有扣款。可以再试一次。")
