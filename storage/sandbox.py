"""The sandbox provider's own ledger: the bank's side of a payment, in tables that aren't the shop's.

Every change of a charge is one conditional UPDATE, so of two processes that pay and close at the same moment
exactly one wins; what follows from it (transactions, notices) is added in the same database transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    Update,
    case,
    delete,
    insert,
    null,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from kiosk.domain.sandbox import (
    ChargeState,
    Promise,
    Refusal,
    SandboxCharge,
    SandboxMessage,
    SandboxNotice,
    SandboxPayment,
    SandboxRefund,
    SandboxRefused,
)
from storage.engine import Database
from storage.types import Encrypted, Instant
from storage.upsert import insert_into

# Waits between attempts to deliver a notice, as WeChat Pay makes them (pay.weixin.qq.com, 支付成功通知),
# with a quick first one because a terminal on the same machine may still be starting.
_NOTICE_WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (3, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
)
_NOTICES_A_TURN = 50
# Any fixed number: processes that make these tables at the same moment queue behind it on PostgreSQL.
_CREATION_LOCK = 7_305_291_846
_Row = Row[*tuple[Any, ...]]

metadata = MetaData()

charges = Table(
    "sandbox_charges",
    metadata,
    Column("out_trade_no", String(64), primary_key=True),
    Column("merchant_id", String(64), nullable=False),
    Column("order_no", String(64), nullable=False),
    Column("subject", String(256), nullable=False),
    Column("amount_fen", BigInteger, CheckConstraint("amount_fen > 0"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("promise", String(16)),
    Column("due_at", Instant),
    Column("unavailable_until", Instant),
    Index("ix_sandbox_charges_due_at", "due_at"),
)

transactions = Table(
    "sandbox_transactions",
    metadata,
    Column("transaction_id", String(80), primary_key=True),
    Column("out_trade_no", ForeignKey(charges.c.out_trade_no), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("refunded_fen", BigInteger, nullable=False, server_default="0"),
    Column("paid_at", Instant, nullable=False),
    CheckConstraint("refunded_fen BETWEEN 0 AND amount_fen"),
    Index("ix_sandbox_transactions_out_trade_no", "out_trade_no"),
)

refunds = Table(
    "sandbox_refunds",
    metadata,
    Column("out_refund_no", String(64), primary_key=True),
    Column("refund_id", String(80), nullable=False, unique=True),
    Column("out_trade_no", ForeignKey(charges.c.out_trade_no), nullable=False),
    Column("transaction_id", ForeignKey(transactions.c.transaction_id), nullable=False),
    Column("amount_fen", BigInteger, CheckConstraint("amount_fen > 0"), nullable=False),
    Column("reason", String(256), nullable=False),
    Column("refunded_at", Instant, nullable=False),
)

notices = Table(
    "sandbox_notices",
    metadata,
    Column("notice_id", String(96), primary_key=True),
    Column("transaction_id", ForeignKey(transactions.c.transaction_id), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due_at", Instant),  # null once delivered or given up
    Column("delivered_at", Instant),
    Index("ix_sandbox_notices_due_at", "due_at"),
)

messages = Table(
    "sandbox_messages",
    metadata,
    Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("message_key", String(128), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("recipient", Encrypted("sandbox_messages.recipient"), nullable=False),
    Column("subject", Encrypted("sandbox_messages.subject"), nullable=False),
    Column("body", Encrypted("sandbox_messages.body"), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Index("ix_sandbox_messages_sent_at", "sent_at"),
)


class SandboxLedger:
    """The sandbox's books, kept in the database it is given; its tables are made when they are missing.

    Every call may raise `ShopUnavailable`, and then whether it took effect is unknown.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.writing() as connection:
            _create_tables(connection)

    def open_charge(
        self,
        *,
        out_trade_no: str,
        merchant_id: str,
        order_no: str,
        subject: str,
        amount_fen: int,
        expires_at: datetime,
    ) -> None:
        """Open a charge, once; raises `SandboxRefused` when the number stands for something else already."""
        asked = {
            "out_trade_no": out_trade_no,
            "merchant_id": merchant_id,
            "order_no": order_no,
            "subject": subject,
            "amount_fen": amount_fen,
            "expires_at": expires_at,
        }
        with self._database.writing() as connection:
            if _insert_if_absent(connection, charges, {**asked, "state": ChargeState.WAITING}):
                return
            kept = _charge_row(connection, out_trade_no)
            if any(kept._mapping[name] != value for name, value in asked.items()):
                raise SandboxRefused(Refusal.OUT_TRADE_NO_USED)

    def charge(self, out_trade_no: str) -> SandboxCharge | None:
        """Everything known of a charge, or None."""
        with self._database.reading() as connection:
            row = connection.execute(select(charges).where(charges.c.out_trade_no == out_trade_no)).one_or_none()
            if row is None:
                return None
            paid = connection.execute(
                select(transactions)
                .where(transactions.c.out_trade_no == out_trade_no)
                .order_by(transactions.c.transaction_id)
            ).all()
        return SandboxCharge(
            out_trade_no=row.out_trade_no,
            merchant_id=row.merchant_id,
            order_no=row.order_no,
            subject=row.subject,
            amount_fen=row.amount_fen,
            state=ChargeState(row.state),
            expires_at=row.expires_at,
            promise=Promise(row.promise) if row.promise else None,
            due_at=row.due_at,
            unavailable_until=row.unavailable_until,
            payments=tuple(_payment(payment) for payment in paid),
        )

    def pay(self, out_trade_no: str, now: datetime, *, times: int = 1) -> None:
        """Take the money, or with `times=2` take it twice; raises `SandboxRefused` unless the charge waits.

        Like WeChat Pay the charge outlives `expires_at`, but the cashier takes no ordinary payment from then on.
        """
        with self._database.writing() as connection:
            _take_money(
                connection,
                _settled(ChargeState.PAID).where(_waits(out_trade_no), charges.c.expires_at > now),
                out_trade_no,
                now,
                times,
            )

    def pay_late(self, out_trade_no: str, now: datetime) -> None:
        """Take money that was in flight when the deadline passed, even if the shop has closed the charge since.

        Raises `SandboxRefused` when it was paid or declined.
        """
        with self._database.writing() as connection:
            _take_money(connection, _arriving_late(out_trade_no), out_trade_no, now)

    def promise(self, out_trade_no: str, promise: Promise, due_at: datetime) -> None:
        """Set a payment off that arrives at `due_at`; raises `SandboxRefused` unless the charge waits."""
        with self._database.writing() as connection:
            _change(
                connection,
                update(charges).where(_waits(out_trade_no)).values(promise=promise, due_at=due_at),
                out_trade_no,
            )

    def decline(self, out_trade_no: str) -> None:
        """Fail the payment for good; raises `SandboxRefused` unless the charge waits."""
        with self._database.writing() as connection:
            _change(connection, _settled(ChargeState.DECLINED).where(_waits(out_trade_no)), out_trade_no)

    def fall_silent(self, out_trade_no: str, until: datetime) -> None:
        """Give the shop no answer about this charge before `until`; payments and notices go on."""
        with self._database.writing() as connection:
            _change(
                connection,
                update(charges).where(charges.c.out_trade_no == out_trade_no).values(unavailable_until=until),
                out_trade_no,
            )

    def close(self, out_trade_no: str) -> None:
        """Stop a charge from being paid; an unknown, closed or declined one stays as it is.

        Raises `SandboxRefused` for a paid one. A late payment that is in flight is not called back.
        """
        is_late = charges.c.promise == Promise.LATE
        statement = (
            update(charges)
            .where(_waits(out_trade_no))
            .values(
                state=ChargeState.CLOSED,
                promise=case((is_late, charges.c.promise), else_=null()),
                due_at=case((is_late, charges.c.due_at), else_=null()),
            )
        )
        with self._database.writing() as connection:
            if connection.execute(statement).rowcount:
                return
            state = connection.scalar(select(charges.c.state).where(charges.c.out_trade_no == out_trade_no))
            if state == ChargeState.PAID:
                raise SandboxRefused(Refusal.ALREADY_PAID)

    def carry_out_due(self, now: datetime) -> int:
        """Make the promised payments whose time has come; returns how many arrived."""
        due = select(charges.c.out_trade_no, charges.c.promise, charges.c.due_at).where(charges.c.due_at <= now)
        with self._database.reading() as connection:
            rows = connection.execute(due).all()
        return sum(self._carry_out(row, now) for row in rows)

    def _carry_out(self, row: _Row, now: datetime) -> bool:
        late = row.promise == Promise.LATE
        statement = (
            _arriving_late(row.out_trade_no) if late else _settled(ChargeState.PAID).where(_waits(row.out_trade_no))
        )
        with self._database.writing() as connection:
            if not connection.execute(statement.where(charges.c.due_at == row.due_at)).rowcount:
                return False
            _record_payments(connection, row.out_trade_no, now, times=1)
            return True

    def refund(
        self,
        *,
        out_refund_no: str,
        out_trade_no: str,
        transaction_id: str,
        amount_fen: int,
        reason: str,
        now: datetime,
    ) -> SandboxRefund:
        """Give money of one transaction back; the same `out_refund_no` again moves nothing and answers the same.

        Raises `SandboxRefused` when the transaction isn't of this charge, when more would be given back than was
        paid, or when the refund number stands for something else.
        """
        asked = SandboxRefund(out_refund_no, f"SBXR{out_refund_no}", out_trade_no, transaction_id, amount_fen)
        with self._database.writing() as connection:
            is_transaction = (transactions.c.transaction_id == transaction_id) & (
                transactions.c.out_trade_no == out_trade_no
            )
            if connection.scalar(select(transactions.c.transaction_id).where(is_transaction)) is None:
                raise SandboxRefused(Refusal.UNKNOWN_TRANSACTION)
            is_new = _insert_if_absent(
                connection,
                refunds,
                {
                    "out_refund_no": out_refund_no,
                    "refund_id": asked.refund_id,
                    "out_trade_no": out_trade_no,
                    "transaction_id": transaction_id,
                    "amount_fen": amount_fen,
                    "reason": reason,
                    "refunded_at": now,
                },
            )
            if not is_new:
                if _find_refund(connection, out_refund_no) != asked:
                    raise SandboxRefused(Refusal.OUT_REFUND_NO_USED)
                return asked
            given = connection.execute(
                update(transactions)
                .where(is_transaction, transactions.c.refunded_fen + amount_fen <= transactions.c.amount_fen)
                .values(refunded_fen=transactions.c.refunded_fen + amount_fen)
            )
            if not given.rowcount:
                raise SandboxRefused(Refusal.REFUND_EXCEEDS_PAYMENT)
        return asked

    def refund_of(self, out_refund_no: str) -> SandboxRefund | None:
        """The refund of that number, or None when no money moved under it."""
        with self._database.reading() as connection:
            return _find_refund(connection, out_refund_no)

    def claim_due_notices(self, now: datetime) -> list[SandboxNotice]:
        """Take the notices to be sent now, each already put off to its next attempt.

        A sender that dies therefore delays a notice and never loses it; one that falls silent may cause a second
        delivery, as real providers do.
        """
        due = (
            select(notices.c.notice_id, notices.c.attempts, notices.c.due_at, transactions, charges.c.merchant_id)
            .select_from(notices.join(transactions).join(charges))
            .where(notices.c.due_at <= now)
            .order_by(notices.c.due_at)
            .limit(_NOTICES_A_TURN)
        )
        with self._database.reading() as connection:
            rows = connection.execute(due).all()
        if not rows:
            return []
        with self._database.writing() as connection:
            return [
                SandboxNotice(row.notice_id, row.merchant_id, row.out_trade_no, _payment(row))
                for row in rows
                if connection.execute(
                    update(notices)
                    .where(notices.c.notice_id == row.notice_id, notices.c.due_at == row.due_at)
                    .values(attempts=row.attempts + 1, due_at=_next_attempt(row.attempts, now))
                ).rowcount
            ]

    def notice_delivered(self, notice_id: str, now: datetime) -> None:
        """The shop has taken the notice: send it no more."""
        with self._database.writing() as connection:
            connection.execute(
                update(notices).where(notices.c.notice_id == notice_id).values(delivered_at=now, due_at=null())
            )

    def store_message(
        self, *, message_key: str, channel: str, recipient: str, subject: str, body: str, now: datetime
    ) -> str:
        """Put a message on the sandbox phone, once for each key; returns its number there."""
        with self._database.writing() as connection:
            _insert_if_absent(
                connection,
                messages,
                {
                    "message_key": message_key,
                    "channel": channel,
                    "recipient": recipient,
                    "subject": subject,
                    "body": body,
                    "sent_at": now,
                },
            )
            serial = connection.scalar(select(messages.c.serial).where(messages.c.message_key == message_key))
        return _message_id(serial)

    def messages(self, limit: int = 100) -> list[SandboxMessage]:
        """What arrived at the sandbox phone, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(messages).order_by(messages.c.serial.desc()).limit(limit)).all()
        return [
            SandboxMessage(
                message_id=_message_id(row.serial),
                channel=row.channel,
                recipient=row.recipient,
                subject=row.subject,
                body=row.body,
                sent_at=row.sent_at,
            )
            for row in rows
        ]

    def forget_messages(self, before: datetime) -> int:
        """Erase messages sent earlier than `before`: they hold personal data. Returns how many went."""
        with self._database.writing() as connection:
            return connection.execute(delete(messages).where(messages.c.sent_at < before)).rowcount


def _create_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CREATION_LOCK})
    for table in metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def _insert_if_absent(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Add a row unless one with the same unique value is there; waits for a rival that has not committed."""
    insertion = insert_into(table, connection.dialect.name)
    added = insertion.values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(added).first() is not None


def _waits(out_trade_no: str) -> Any:
    return (charges.c.out_trade_no == out_trade_no) & (charges.c.state == ChargeState.WAITING)


def _settled(state: ChargeState) -> Update:
    return update(charges).values(state=state, promise=null(), due_at=null())


def _arriving_late(out_trade_no: str) -> Update:
    return _settled(ChargeState.PAID).where(
        charges.c.out_trade_no == out_trade_no,
        charges.c.state.in_((ChargeState.WAITING, ChargeState.CLOSED)),
    )


def _change(connection: Connection, statement: Update, out_trade_no: str) -> None:
    """Run a conditional change, or say why its condition did not hold."""
    if not connection.execute(statement).rowcount:
        raise SandboxRefused(_refusal(_charge_row(connection, out_trade_no)))


def _take_money(connection: Connection, statement: Update, out_trade_no: str, now: datetime, times: int = 1) -> None:
    _change(connection, statement, out_trade_no)
    _record_payments(connection, out_trade_no, now, times)


def _record_payments(connection: Connection, out_trade_no: str, now: datetime, times: int) -> None:
    """Add the money that moved and queue the notices of it, held back while the provider is silent."""
    row = _charge_row(connection, out_trade_no)
    notify_at = max(now, row.unavailable_until or now)
    for nth in range(1, times + 1):
        transaction_id = f"SBXT{out_trade_no}-{nth}"
        connection.execute(
            insert(transactions).values(
                transaction_id=transaction_id,
                out_trade_no=out_trade_no,
                amount_fen=row.amount_fen,
                paid_at=now,
            )
        )
        connection.execute(
            insert(notices).values(notice_id=f"SBXN{transaction_id}", transaction_id=transaction_id, due_at=notify_at)
        )


def _charge_row(connection: Connection, out_trade_no: str) -> _Row:
    row = connection.execute(select(charges).where(charges.c.out_trade_no == out_trade_no)).one_or_none()
    if row is None:
        raise SandboxRefused(Refusal.UNKNOWN_CHARGE)
    return row


def _refusal(row: _Row) -> Refusal:
    match ChargeState(row.state):
        case ChargeState.PAID:
            return Refusal.ALREADY_PAID
        case ChargeState.DECLINED:
            return Refusal.DECLINED
        case ChargeState.CLOSED:
            return Refusal.CLOSED
        case ChargeState.WAITING:
            return Refusal.EXPIRED


def _payment(row: _Row) -> SandboxPayment:
    return SandboxPayment(row.transaction_id, row.amount_fen, row.paid_at, row.refunded_fen)


def _find_refund(connection: Connection, out_refund_no: str) -> SandboxRefund | None:
    row = connection.execute(select(refunds).where(refunds.c.out_refund_no == out_refund_no)).one_or_none()
    if row is None:
        return None
    return SandboxRefund(row.out_refund_no, row.refund_id, row.out_trade_no, row.transaction_id, row.amount_fen)


def _next_attempt(attempts: int, now: datetime) -> datetime | None:
    return now + _NOTICE_WAITS[attempts] if attempts < len(_NOTICE_WAITS) else None


def _message_id(serial: int | None) -> str:
    return f"SBXM{serial:08d}"
