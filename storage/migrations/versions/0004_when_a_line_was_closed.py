"""Find the lines that were closed long ago."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_lines_closed_at", "lines", ["closed_at"])


def downgrade() -> None:
    op.drop_index("ix_lines_closed_at", "lines")
