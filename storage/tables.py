"""Every table of the shop. Migrations in storage/migrations build the same; a test compares the two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from storage.types import Encrypted, Instant

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# What is offered

regions = Table(
    "regions",
    metadata,
    Column("adcode", Integer, primary_key=True, autoincrement=False),
    Column("parent_adcode", Integer, ForeignKey("regions.adcode")),
    Column("kind", String(8), nullable=False),  # province, city, district
    Column("name_zh", String(32), nullable=False),
    Column("name_en", String(64), nullable=False),
    Column("area_code", String(4)),
    Column("postcode", String(6)),
)

shops = Table(
    "shops",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("city_adcode", Integer, ForeignKey("regions.adcode"), nullable=False, index=True),
    Column("district_adcode", Integer, ForeignKey("regions.adcode"), nullable=False),
    Column("name_zh", String(64), nullable=False),
    Column("name_en", String(128), nullable=False),
    Column("address_zh", String(128), nullable=False),
    Column("address_en", String(192), nullable=False),
    Column("phone", String(20), nullable=False),
    Column("hours", String(32), nullable=False),
)

number_tiers = Table(
    "number_tiers",
    metadata,
    Column("tier", Integer, primary_key=True, autoincrement=False),
    Column("prepayment_fen", BigInteger, nullable=False),
    Column("monthly_minimum_fen", BigInteger, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("prepayment_return", String(12), nullable=False),  # at_once, monthly_24
    Column("sold_by", String(12), nullable=False),  # self_service, clerk, manager
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("brand_zh", String(32), nullable=False),
    Column("brand_en", String(32), nullable=False),
    Column("name_zh", String(64), nullable=False),
    Column("name_en", String(96), nullable=False),
    Column("monthly_fee_fen", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("data_mb", Integer, nullable=False),
    Column("directed_data_mb", Integer, nullable=False),
    Column("sms", Integer, nullable=False),
    Column("voice_over_fen_per_min", Integer, nullable=False),
    Column("data_over_rule", String(8), nullable=False),
    Column("sms_over_fen", Integer, nullable=False),
    Column("contract_months", Integer, nullable=False),
    Column("first_topup_fen", BigInteger, nullable=False),
    Column("on_sale", Boolean, nullable=False),
)

tariff_regions = Table(
    "tariff_regions",
    metadata,
    Column("tariff_code", String(16), ForeignKey("tariffs.code"), nullable=False),
    Column("adcode", Integer, ForeignKey("regions.adcode"), nullable=False),  # a city, or a whole province
    PrimaryKeyConstraint("tariff_code", "adcode"),
)

# The stock of numbers, and whose they are

numbers = Table(
    "numbers",
    metadata,
    Column("msisdn", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("city_adcode", Integer, ForeignKey("regions.adcode"), nullable=False),
    Column("pattern", String(16), nullable=False),
    Column("tier", Integer, ForeignKey("number_tiers.tier"), nullable=False),
    Column("prepayment_fen", BigInteger, nullable=False),
    Column("monthly_minimum_fen", BigInteger, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("withdrawn_at", Instant),
)

number_claims = Table(
    "number_claims",
    metadata,
    # One row a number: that a number is sold once rests on this primary key (SPEC 4.2).
    Column(
        "msisdn",
        BigInteger().with_variant(Integer, "sqlite"),
        ForeignKey("numbers.msisdn"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("kind", String(8), nullable=False),
    Column("visit_id", String(32)),
    Column("order_no", String(16)),
    Column("expires_at", Instant),  # null: no end
    Column("payment_unsettled", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False, index=True),
    Column("extensions", SmallInteger, nullable=False, server_default="0"),  # how often this hold was lengthened
    Index("ix_number_claims_expires_at", "expires_at"),
    Index("ix_number_claims_visit_id", "visit_id"),
    Index("ix_number_claims_order_no", "order_no"),
)

# People at terminals

terminals = Table(
    "terminals",
    metadata,
    Column("terminal_id", String(48), primary_key=True),
    Column("shop_code", String(16)),
    Column("city_adcode", Integer),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    Column("visit_id", String(32), primary_key=True),
    Column("terminal_id", String(48), nullable=False, index=True),
    Column("language", String(2), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", String(16)),
    Column("step", String(16)),
    Column("choices", Encrypted("visits.choices")),  # erased at the end of the visit
    Column("phone_hash", LargeBinary, index=True),
    Column("id_hash", LargeBinary, index=True),
)

# Orders, and the money that belongs to them

orders = Table(
    "orders",
    metadata,
    Column("order_no", String(16), primary_key=True),
    Column("idempotency_key", String(32), nullable=False, unique=True),
    Column("kind", String(8), nullable=False),
    Column("state", String(12), nullable=False),
    Column("state_reason", String(16)),
    Column("visit_id", String(32), nullable=False),
    Column("terminal_id", String(48), nullable=False),
    Column("language", String(2), nullable=False),
    Column("msisdn", BigInteger, ForeignKey("numbers.msisdn"), nullable=False, index=True),
    Column("tariff_code", String(16), ForeignKey("tariffs.code"), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("payment_method", String(8), nullable=False),
    Column("fulfilment", String(8), nullable=False),
    Column("fulfilment_state", String(16)),
    Column("shop_code", String(16), ForeignKey("shops.code")),
    Column("customer_name", Encrypted("orders.customer_name")),
    Column("id_type", String(32), nullable=False),
    Column("id_number", Encrypted("orders.id_number")),
    Column("id_hash", LargeBinary, index=True),
    Column("contact_phone", Encrypted("orders.contact_phone")),
    Column("phone_hash", LargeBinary, index=True),
    Column("agreement", String(24), nullable=False),
    Column("agreement_version", String(12), nullable=False),
    Column("agreement_accepted_at", Instant, nullable=False),
    Column("submitted_at", Instant, nullable=False),
    Column("pay_deadline", Instant, nullable=False),
    Column("check_again_at", Instant),  # when a worker asks again about an order whose payment is unknown
    Column("paid_at", Instant),
    Column("pickup_deadline", Instant),
    Column("ended_at", Instant),
    Column("personal_data_erased_at", Instant),
    Column("account_id", Integer, index=True),  # of whom was signed in; no key, for accounts come from lines of orders
    CheckConstraint("amount_fen >= 0", name="amount"),
    Index("ix_orders_state_pay_deadline", "state", "pay_deadline"),
    Index("ix_orders_fulfilment_state_pickup_deadline", "fulfilment_state", "pickup_deadline"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_no", String(16), ForeignKey("orders.order_no"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    PrimaryKeyConstraint("order_no", "position"),
)

order_events = Table(
    "order_events",
    metadata,
    Column("event_id", Integer, primary_key=True),
    Column("order_no", String(16), ForeignKey("orders.order_no"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("event", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("detail", Text),  # never personal data
)

lines = Table(
    "lines",
    metadata,
    Column("line_id", Integer, primary_key=True),
    Column("msisdn", BigInteger, nullable=False, index=True),
    Column("order_no", String(16), ForeignKey("orders.order_no"), unique=True),
    Column("tariff_code", String(16), nullable=False),
    Column("id_hash", LargeBinary, index=True),
    Column("state", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("closed_at", Instant, index=True),
)

payment_attempts = Table(
    "payment_attempts",
    metadata,
    Column("out_trade_no", String(32), primary_key=True),
    Column("order_no", String(16), ForeignKey("orders.order_no"), nullable=False, index=True),
    Column("provider", String(16), nullable=False),
    Column("merchant_id", String(64), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),
    Column("code_url", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index("ix_payment_attempts_state", "state"),
)

payment_transactions = Table(
    "payment_transactions",
    metadata,
    Column("provider", String(16), nullable=False),
    Column("transaction_id", String(48), nullable=False),
    Column("out_trade_no", String(32), ForeignKey("payment_attempts.out_trade_no"), nullable=False, index=True),
    Column("amount_fen", BigInteger, nullable=False),
    Column("paid_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    PrimaryKeyConstraint("provider", "transaction_id"),
)

provider_notices = Table(
    "provider_notices",
    metadata,
    Column("provider", String(16), nullable=False),
    Column("notice_id", String(64), nullable=False),
    Column("out_trade_no", String(32), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("outcome", String(24), nullable=False),
    PrimaryKeyConstraint("provider", "notice_id"),
)

refunds = Table(
    "refunds",
    metadata,
    Column("out_refund_no", String(64), primary_key=True),
    Column("order_no", String(16), ForeignKey("orders.order_no"), nullable=False, index=True),
    Column("out_trade_no", String(32), ForeignKey("payment_attempts.out_trade_no"), nullable=False),
    Column("provider", String(16), nullable=False),
    Column("transaction_id", String(48), nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reason", String(24), nullable=False),
    Column("state", String(12), nullable=False),  # requested, succeeded, refused
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("refund_id", String(64)),
    Column("settled_at", Instant),
    CheckConstraint("amount_fen > 0", name="amount"),
    Index("ix_refunds_state_next_try_at", "state", "next_try_at"),
)

# Messages to people, and what the shop remembers of itself

notices = Table(
    "notices",
    metadata,
    Column("notice_id", Integer, primary_key=True),
    # One message for one happening, however often that is noticed.
    Column("notice_key", String(64), nullable=False, unique=True),
    Column("order_no", String(16), index=True),
    Column("channel", String(8), nullable=False),  # sms, mail, print
    Column("template", String(32), nullable=False),
    Column("recipient", Encrypted("notices.recipient")),
    Column("subject", Text),
    Column("body", Encrypted("notices.body")),
    Column("state", String(8), nullable=False),  # queued, sending, sent, failed
    Column("created_at", Instant, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("provider_message_id", String(64)),
    Column("delivered_at", Instant),  # as the network reported it
    Column("failure", String(32)),  # the last reason why it wasn't sent, or delivered
    Column("expires_at", Instant),  # too late then: a code, for one
    Index("ix_notices_state_next_try_at", "state", "next_try_at"),
    # Those that no order keeps: they are erased by their age.
    Index(
        "ix_notices_personal_created_at",
        "created_at",
        sqlite_where=text("order_no IS NULL AND recipient IS NOT NULL"),
        postgresql_where=text("order_no IS NULL AND recipient IS NOT NULL"),
    ),
    Index("ix_notices_state_expires_at", "state", "expires_at"),
    Index("ix_notices_provider_message_id", "provider_message_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("terminal_id", String(48)),
    Column("action", String(48), nullable=False),
    Column("subject", String(64)),
    Column("detail", Text),  # never personal data
)

remembered = Table(
    "remembered",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

__all__ = [
    "audit",
    "lines",
    "metadata",
    "notices",
    "number_claims",
    "number_tiers",
    "numbers",
    "order_events",
    "order_lines",
    "orders",
    "payment_attempts",
    "payment_transactions",
    "provider_notices",
    "refunds",
    "regions",
    "remembered",
    "shops",
    "tariff_regions",
    "tariffs",
    "terminals",
    "visits",
]
