"""How often a hold was lengthened."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("number_claims", sa.Column("extensions", sa.SmallInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("number_claims", "extensions")
