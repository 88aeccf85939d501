"""A second factor: seeds, recovery codes, and who is on the way in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("seed", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("seed_step", sa.BigInteger(), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "entry",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_entry_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_entry")),
    )
    op.create_index("ix_entry_person_id", "entry", ["person_id"], unique=False)
