"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("terminal_id", sa.String(length=48), nullable=True),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("notice_key", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("provider_message_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices")),
        sa.UniqueConstraint("notice_key", name=op.f("uq_notices_notice_key")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_order_no"), ["order_no"], unique=False)
        batch_op.create_index("ix_notices_state_next_try_at", ["state", "next_try_at"], unique=False)

    op.create_table(
        "number_tiers",
        sa.Column("tier", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("prepayment_fen", sa.BigInteger(), nullable=False),
        sa.Column("monthly_minimum_fen", sa.BigInteger(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("prepayment_return", sa.String(length=12), nullable=False),
        sa.Column("sold_by", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("tier", name=op.f("pk_number_tiers")),
    )
    op.create_table(
        "provider_notices",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("provider", "notice_id", name=op.f("pk_provider_notices")),
    )
    op.create_table(
        "regions",
        sa.Column("adcode", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parent_adcode", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name_zh", sa.String(length=32), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=4), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.ForeignKeyConstraint(["parent_adcode"], ["regions.adcode"], name=op.f("fk_regions_parent_adcode")),
        sa.PrimaryKeyConstraint("adcode", name=op.f("pk_regions")),
    )
    op.create_table(
        "remembered",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_remembered")),
    )
    op.create_table(
        "tariffs",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("brand_zh", sa.String(length=32), nullable=False),
        sa.Column("brand_en", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=96), nullable=False),
        sa.Column("monthly_fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("data_mb", sa.Integer(), nullable=False),
        sa.Column("directed_data_mb", sa.Integer(), nullable=False),
        sa.Column("sms", sa.Integer(), nullable=False),
        sa.Column("voice_over_fen_per_min", sa.Integer(), nullable=False),
        sa.Column("data_over_rule", sa.String(length=8), nullable=False),
        sa.Column("sms_over_fen", sa.Integer(), nullable=False),
        sa.Column("contract_months", sa.Integer(), nullable=False),
        sa.Column("first_topup_fen", sa.BigInteger(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tariffs")),
    )
    op.create_table(
        "terminals",
        sa.Column("terminal_id", sa.String(length=48), nullable=False),
        sa.Column("shop_code", sa.String(length=16), nullable=True),
        sa.Column("city_adcode", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal_id", name=op.f("pk_terminals")),
    )
    op.create_table(
        "visits",
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=48), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(length=16), nullable=True),
        sa.Column("step", sa.String(length=16), nullable=True),
        sa.Column("choices", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("id_hash", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visits")),
    )
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visits_id_hash"), ["id_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visits_terminal_id"), ["terminal_id"], unique=False)

    op.create_table(
        "numbers",
        sa.Column("msisdn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("city_adcode", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("prepayment_fen", sa.BigInteger(), nullable=False),
        sa.Column("monthly_minimum_fen", sa.BigInteger(), nullable=False),
        sa.Column("term_months", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["city_adcode"], ["regions.adcode"], name=op.f("fk_numbers_city_adcode")),
        sa.ForeignKeyConstraint(["tier"], ["number_tiers.tier"], name=op.f("fk_numbers_tier")),
        sa.PrimaryKeyConstraint("msisdn", name=op.f("pk_numbers")),
    )
    op.create_table(
        "shops",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("city_adcode", sa.Integer(), nullable=False),
        sa.Column("district_adcode", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=128), nullable=False),
        sa.Column("address_zh", sa.String(length=128), nullable=False),
        sa.Column("address_en", sa.String(length=192), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["city_adcode"], ["regions.adcode"], name=op.f("fk_shops_city_adcode")),
        sa.ForeignKeyConstraint(["district_adcode"], ["regions.adcode"], name=op.f("fk_shops_district_adcode")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_shops")),
    )
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shops_city_adcode"), ["city_adcode"], unique=False)

    op.create_table(
        "tariff_regions",
        sa.Column("tariff_code", sa.String(length=16), nullable=False),
        sa.Column("adcode", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["adcode"], ["regions.adcode"], name=op.f("fk_tariff_regions_adcode")),
        sa.ForeignKeyConstraint(["tariff_code"], ["tariffs.code"], name=op.f("fk_tariff_regions_tariff_code")),
        sa.PrimaryKeyConstraint("tariff_code", "adcode", name=op.f("pk_tariff_regions")),
    )
    op.create_table(
        "number_claims",
        sa.Column("msisdn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column("order_no", sa.String(length=16), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("payment_unsettled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["msisdn"], ["numbers.msisdn"], name=op.f("fk_number_claims_msisdn")),
        sa.PrimaryKeyConstraint("msisdn", name=op.f("pk_number_claims")),
    )
    with op.batch_alter_table("number_claims", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_claims_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index("ix_number_claims_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_number_claims_order_no", ["order_no"], unique=False)
        batch_op.create_index("ix_number_claims_visit_id", ["visit_id"], unique=False)

    op.create_table(
        "orders",
        sa.Column("order_no", sa.String(length=16), nullable=False),
        sa.Column("idempotency_key", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_reason", sa.String(length=16), nullable=True),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=48), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("msisdn", sa.BigInteger(), nullable=False),
        sa.Column("tariff_code", sa.String(length=16), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payment_method", sa.String(length=8), nullable=False),
        sa.Column("fulfilment", sa.String(length=8), nullable=False),
        sa.Column("fulfilment_state", sa.String(length=16), nullable=True),
        sa.Column("shop_code", sa.String(length=16), nullable=True),
        sa.Column("customer_name", sa.LargeBinary(), nullable=True),
        sa.Column("id_type", sa.String(length=32), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_hash", sa.LargeBinary(), nullable=True),
        sa.Column("contact_phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("agreement", sa.String(length=24), nullable=False),
        sa.Column("agreement_version", sa.String(length=12), nullable=False),
        sa.Column("agreement_accepted_at", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.BigInteger(), nullable=False),
        sa.Column("pay_deadline", sa.BigInteger(), nullable=False),
        sa.Column("check_again_at", sa.BigInteger(), nullable=True),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("pickup_deadline", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("personal_data_erased_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_orders_amount")),
        sa.ForeignKeyConstraint(["msisdn"], ["numbers.msisdn"], name=op.f("fk_orders_msisdn")),
        sa.ForeignKeyConstraint(["shop_code"], ["shops.code"], name=op.f("fk_orders_shop_code")),
        sa.ForeignKeyConstraint(["tariff_code"], ["tariffs.code"], name=op.f("fk_orders_tariff_code")),
        sa.PrimaryKeyConstraint("order_no", name=op.f("pk_orders")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_orders_idempotency_key")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index(
            "ix_orders_fulfilment_state_pickup_deadline", ["fulfilment_state", "pickup_deadline"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_orders_id_hash"), ["id_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_msisdn"), ["msisdn"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index("ix_orders_state_pay_deadline", ["state", "pay_deadline"], unique=False)

    op.create_table(
        "lines",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("msisdn", sa.BigInteger(), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=True),
        sa.Column("tariff_code", sa.String(length=16), nullable=False),
        sa.Column("id_hash", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.order_no"], name=op.f("fk_lines_order_no")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_lines")),
        sa.UniqueConstraint("order_no", name=op.f("uq_lines_order_no")),
    )
    with op.batch_alter_table("lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lines_id_hash"), ["id_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_lines_msisdn"), ["msisdn"], unique=False)

    op.create_table(
        "order_events",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.order_no"], name=op.f("fk_order_events_order_no")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_order_events")),
    )
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_events_order_no"), ["order_no"], unique=False)

    op.create_table(
        "order_lines",
        sa.Column("order_no", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_no"], ["orders.order_no"], name=op.f("fk_order_lines_order_no")),
        sa.PrimaryKeyConstraint("order_no", "position", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "payment_attempts",
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("merchant_id", sa.String(length=64), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("code_url", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["order_no"], ["orders.order_no"], name=op.f("fk_payment_attempts_order_no")),
        sa.PrimaryKeyConstraint("out_trade_no", name=op.f("pk_payment_attempts")),
    )
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_attempts_order_no"), ["order_no"], unique=False)
        batch_op.create_index("ix_payment_attempts_state", ["state"], unique=False)

    op.create_table(
        "payment_transactions",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("transaction_id", sa.String(length=48), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["out_trade_no"], ["payment_attempts.out_trade_no"], name=op.f("fk_payment_transactions_out_trade_no")
        ),
        sa.PrimaryKeyConstraint("provider", "transaction_id", name=op.f("pk_payment_transactions")),
    )
    with op.batch_alter_table("payment_transactions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_transactions_out_trade_no"), ["out_trade_no"], unique=False)

    op.create_table(
        "refunds",
        sa.Column("out_refund_no", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=16), nullable=False),
        sa.Column("out_trade_no", sa.String(length=32), nullable=False),
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("transaction_id", sa.String(length=48), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refund_id", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["order_no"], ["orders.order_no"], name=op.f("fk_refunds_order_no")),
        sa.ForeignKeyConstraint(
            ["out_trade_no"], ["payment_attempts.out_trade_no"], name=op.f("fk_refunds_out_trade_no")
        ),
        sa.PrimaryKeyConstraint("out_refund_no", name=op.f("pk_refunds")),
    )
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refunds_order_no"), ["order_no"], unique=False)
        batch_op.create_index("ix_refunds_state_next_try_at", ["state", "next_try_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("refunds", schema=None) as batch_op:
        batch_op.drop_index("ix_refunds_state_next_try_at")
        batch_op.drop_index(batch_op.f("ix_refunds_order_no"))

    op.drop_table("refunds")
    with op.batch_alter_table("payment_transactions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_transactions_out_trade_no"))

    op.drop_table("payment_transactions")
    with op.batch_alter_table("payment_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_attempts_state")
        batch_op.drop_index(batch_op.f("ix_payment_attempts_order_no"))

    op.drop_table("payment_attempts")
    op.drop_table("order_lines")
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_events_order_no"))

    op.drop_table("order_events")
    with op.batch_alter_table("lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lines_msisdn"))
        batch_op.drop_index(batch_op.f("ix_lines_id_hash"))

    op.drop_table("lines")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index("ix_orders_state_pay_deadline")
        batch_op.drop_index(batch_op.f("ix_orders_phone_hash"))
        batch_op.drop_index(batch_op.f("ix_orders_msisdn"))
        batch_op.drop_index(batch_op.f("ix_orders_id_hash"))
        batch_op.drop_index("ix_orders_fulfilment_state_pickup_deadline")

    op.drop_table("orders")
    with op.batch_alter_table("number_claims", schema=None) as batch_op:
        batch_op.drop_index("ix_number_claims_visit_id")
        batch_op.drop_index("ix_number_claims_order_no")
        batch_op.drop_index("ix_number_claims_expires_at")
        batch_op.drop_index(batch_op.f("ix_number_claims_changed_at"))

    op.drop_table("number_claims")
    op.drop_table("tariff_regions")
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shops_city_adcode"))

    op.drop_table("shops")
    op.drop_table("numbers")
    with op.batch_alter_table("visits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visits_terminal_id"))
        batch_op.drop_index(batch_op.f("ix_visits_phone_hash"))
        batch_op.drop_index(batch_op.f("ix_visits_id_hash"))

    op.drop_table("visits")
    op.drop_table("terminals")
    op.drop_table("tariffs")
    op.drop_table("remembered")
    op.drop_table("regions")
    op.drop_table("provider_notices")
    op.drop_table("number_tiers")
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.drop_index("ix_notices_state_next_try_at")
        batch_op.drop_index(batch_op.f("ix_notices_order_no"))

    op.drop_table("notices")
    op.drop_table("audit")
