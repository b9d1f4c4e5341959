"""Tables of people who are known to the shop: accounts, proofs of who they are, and what they keep.

Beside `storage.tables`, in the same metadata.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    text,
)

from storage.tables import metadata
from storage.types import Encrypted, Instant

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),  # member, subscriber
    Column("state", String(12), nullable=False),  # pending, active, deleted
    Column("language", String(2), nullable=False),
    # A member's, erased with the account; several pending registrations may name one address.
    Column("email", Encrypted("accounts.email")),
    Column("email_hash", LargeBinary),
    Column("phone", Encrypted("accounts.phone")),
    Column("phone_hash", LargeBinary, index=True),
    Column("name", Encrypted("accounts.name")),
    # A subscriber's: a number that is sold again brings another line, and so another account.
    Column("line_id", Integer, ForeignKey("lines.line_id"), unique=True),
    Column("password_hash", String(160)),  # argon2id, encoded
    Column("password_changed_at", Instant),
    Column("registered_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Column("deleted_at", Instant),
    Index("ix_accounts_email_hash", "email_hash"),
    # Of several registrations for one address only one is ever proved.
    Index(
        "uq_accounts_email_hash_active",
        "email_hash",
        unique=True,
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
    Index("ix_accounts_state_registered_at", "state", "registered_at"),
)

activations = Table(
    "activations",
    metadata,
    # One row a mail that was asked for; the newest is the one that counts.
    Column("activation_id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.account_id"), nullable=False, index=True),
    # Where it went, whatever the account's address is by now.
    Column("email_hash", LargeBinary, nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("notice_key", String(64), nullable=False),
    Column("state", String(8), nullable=False),  # open, used, void
    Column("tries_left", SmallInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Index("ix_activations_email_hash_created_at", "email_hash", "created_at"),
)

code_challenges = Table(
    "code_challenges",
    metadata,
    # A code by SMS, of which only a keyed hash is kept (SPEC 3.5).
    Column("challenge_id", String(32), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("subject", String(32), nullable=False),  # an order number, where the purpose needs one; else empty
    Column("phone_hash", LargeBinary, nullable=False),
    Column("visit_id", String(32), nullable=False),
    Column("terminal_id", String(48), nullable=False),
    Column("code_hash", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),  # open, used, void
    Column("tries_left", SmallInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_code_challenges_phone_hash_created_at", "phone_hash", "created_at"),
    Index("ix_code_challenges_terminal_id_created_at", "terminal_id", "created_at"),
    Index("ix_code_challenges_visit_id", "visit_id"),
    Index("ix_code_challenges_created_at", "created_at"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    # How often in a row it went wrong; what makes the next try wait outlives a restart (SPEC 3.6).
    Column("subject", String(12), nullable=False),  # account, phone, terminal
    Column("subject_hash", LargeBinary, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("fades_from", Instant, nullable=False),  # since when failures are forgiven one by one
    Column("free_at", Instant, nullable=False),
    PrimaryKeyConstraint("subject", "subject_hash"),
    Index("ix_sign_in_failures_fades_from", "fades_from"),
)

acceptances = Table(
    "acceptances",
    metadata,
    # Which agreement, in which version, was accepted when; that of an order stands with the order.
    Column("acceptance_id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("agreement", String(24), nullable=False),
    Column("version", String(12), nullable=False),
    Column("terminal_id", String(48), nullable=False),
    Column("accepted_at", Instant, nullable=False),
)

favourites = Table(
    "favourites",
    metadata,
    Column("account_id", Integer, ForeignKey("accounts.account_id"), nullable=False),
    Column("kind", String(8), nullable=False),  # number, handset
    Column("item", String(32), nullable=False),  # an MSISDN, or the code of a handset
    Column("added_at", Instant, nullable=False),
    PrimaryKeyConstraint("account_id", "kind", "item"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("address_id", Integer, primary_key=True),
    Column("account_id", Integer, ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("recipient", Encrypted("addresses.recipient"), nullable=False),
    Column("phone", Encrypted("addresses.phone"), nullable=False),
    Column("district_adcode", Integer, ForeignKey("regions.adcode"), nullable=False),
    Column("street", String(32)),
    Column("detail", Encrypted("addresses.detail"), nullable=False),
    Column("added_at", Instant, nullable=False),
)

__all__ = [
    "acceptances",
    "accounts",
    "activations",
    "addresses",
    "code_challenges",
    "favourites",
    "metadata",
    "sign_in_failures",
]
