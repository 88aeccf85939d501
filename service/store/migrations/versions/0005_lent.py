"""What the user's list of issues takes from the topics is remembered, so that it goes back when the list goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic", sa.Column("former", sa.Text(), nullable=True))
    op.create_table(
        "topic_lent",
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_topic_lent_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_topic_lent")),
    )
    op.create_index("ix_topic_lent_topic_id", "topic_lent", ["topic_id"], unique=False)
