"""Accounts, proofs of who somebody is, and what people keep; whose an order is; what became of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=160), nullable=True),
        sa.Column("password_changed_at", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("activated_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["lines.line_id"], name=op.f("fk_accounts_line_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("line_id", name=op.f("uq_accounts_line_id")),
    )
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.create_index("ix_accounts_email_hash", ["email_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_accounts_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index("ix_accounts_state_registered_at", ["state", "registered_at"], unique=False)

    op.create_table(
        "code_challenges",
        sa.Column("challenge_id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=False),
        sa.Column("terminal_id", sa.String(length=48), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries_left", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_id", name=op.f("pk_code_challenges")),
    )
    with op.batch_alter_table("code_challenges", schema=None) as batch_op:
        batch_op.create_index("ix_code_challenges_phone_hash_created_at", ["phone_hash", "created_at"], unique=False)
        batch_op.create_index("ix_code_challenges_terminal_id_created_at", ["terminal_id", "created_at"], unique=False)
        batch_op.create_index("ix_code_challenges_visit_id", ["visit_id"], unique=False)
        batch_op.create_index("ix_code_challenges_created_at", ["created_at"], unique=False)

    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fades_from", sa.BigInteger(), nullable=False),
        sa.Column("free_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "subject_hash", name=op.f("pk_sign_in_failures")),
    )
    op.create_index("ix_sign_in_failures_fades_from", "sign_in_failures", ["fades_from"], unique=False)

    op.create_table(
        "acceptances",
        sa.Column("acceptance_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agreement", sa.String(length=24), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("terminal_id", sa.String(length=48), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_acceptances_account_id")),
        sa.PrimaryKeyConstraint("acceptance_id", name=op.f("pk_acceptances")),
    )
    with op.batch_alter_table("acceptances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptances_account_id"), ["account_id"], unique=False)

    op.create_table(
        "activations",
        sa.Column("activation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("notice_key", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries_left", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_activations_account_id")),
        sa.PrimaryKeyConstraint("activation_id", name=op.f("pk_activations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_activations_token_hash")),
    )
    with op.batch_alter_table("activations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activations_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_activations_email_hash_created_at", ["email_hash", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_activations_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "addresses",
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("district_adcode", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=32), nullable=True),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_addresses_account_id")),
        sa.ForeignKeyConstraint(["district_adcode"], ["regions.adcode"], name=op.f("fk_addresses_district_adcode")),
        sa.PrimaryKeyConstraint("address_id", name=op.f("pk_addresses")),
    )
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_addresses_account_id"), ["account_id"], unique=False)

    op.create_table(
        "favourites",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_favourites_account_id")),
        sa.PrimaryKeyConstraint("account_id", "kind", "item", name=op.f("pk_favourites")),
    )
    op.create_index(
        "uq_accounts_email_hash_active",
        "accounts",
        ["email_hash"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.add_column("notices", sa.Column("delivered_at", sa.BigInteger(), nullable=True))
    op.add_column("notices", sa.Column("failure", sa.String(length=32), nullable=True))
    op.add_column("notices", sa.Column("expires_at", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_notices_personal_created_at",
        "notices",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("order_no IS NULL AND recipient IS NOT NULL"),
        postgresql_where=sa.text("order_no IS NULL AND recipient IS NOT NULL"),
    )
    op.create_index("ix_notices_state_expires_at", "notices", ["state", "expires_at"], unique=False)
    op.create_index("ix_notices_provider_message_id", "notices", ["provider_message_id"], unique=False)
    op.add_column("orders", sa.Column("account_id", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_orders_account_id"), "orders", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_orders_account_id"), "orders")
    op.drop_column("orders", "account_id")
    op.drop_index("ix_notices_personal_created_at", "notices")
    op.drop_index("ix_notices_provider_message_id", "notices")
    op.drop_index("ix_notices_state_expires_at", "notices")
    op.drop_column("notices", "expires_at")
    op.drop_column("notices", "failure")
    op.drop_column("notices", "delivered_at")
    op.drop_table("favourites")
    with op.batch_alter_table("addresses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_addresses_account_id"))

    op.drop_table("addresses")
    with op.batch_alter_table("activations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activations_expires_at"))
        batch_op.drop_index("ix_activations_email_hash_created_at")
        batch_op.drop_index(batch_op.f("ix_activations_account_id"))

    op.drop_table("activations")
    with op.batch_alter_table("acceptances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_acceptances_account_id"))

    op.drop_table("acceptances")
    op.drop_index("ix_sign_in_failures_fades_from", "sign_in_failures")
    op.drop_table("sign_in_failures")
    with op.batch_alter_table("code_challenges", schema=None) as batch_op:
        batch_op.drop_index("ix_code_challenges_created_at")
        batch_op.drop_index("ix_code_challenges_visit_id")
        batch_op.drop_index("ix_code_challenges_terminal_id_created_at")
        batch_op.drop_index("ix_code_challenges_phone_hash_created_at")

    op.drop_table("code_challenges")
    with op.batch_alter_table("accounts", schema=None) as batch_op:
        batch_op.drop_index("ix_accounts_state_registered_at")
        batch_op.drop_index(batch_op.f("ix_accounts_phone_hash"))
        batch_op.drop_index("ix_accounts_email_hash")

    op.drop_table("accounts")
