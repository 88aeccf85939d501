"""Topics that people edit: settings, a journal of edits by content, links to topics that are gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("state", sa.Column("grouped", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("state", sa.Column("joined", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("topic", sa.Column("origin", sa.Text(), nullable=False, server_default="found"))
    op.add_column("topic", sa.Column("description", sa.Text(), nullable=True))
    op.add_column("topic", sa.Column("example", sa.Text(), nullable=True))
    for name in ("renamed", "locked", "hidden"):
        op.add_column("topic", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("topic", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("topic", sa.Column("centre", sa.LargeBinary(), nullable=True))
    op.create_table(
        "topic_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("other_id", sa.Text(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["undone_by"], ["audit.id"], name=op.f("fk_topic_edit_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_edit")),
    )
    op.create_index("ix_topic_edit_topic_id", "topic_edit", ["topic_id"], unique=False)
    op.create_index("ix_topic_edit_other_id", "topic_edit", ["other_id"], unique=False)
    op.create_table(
        "topic_edit_statement",
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["edit_id"], ["topic_edit.id"], name=op.f("fk_topic_edit_statement_edit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("edit_id", "text_sha256", name=op.f("pk_topic_edit_statement")),
    )
    op.create_index("ix_topic_edit_statement_text_sha256", "topic_edit_statement", ["text_sha256"], unique=False)
    op.create_table(
        "topic_gone",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("became", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_gone")),
    )
    op.execute("UPDATE state SET grouped_by = NULL")  # grouped anew by whoever asks first: topics get their centres
