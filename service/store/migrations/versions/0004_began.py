"""What each topic was about when it began: its id is held against that, however often all topics are found anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topic", sa.Column("began", sa.LargeBinary(), nullable=True))
    op.add_column("topic", sa.Column("began_by", sa.Text(), nullable=True))
    op.execute("UPDATE topic SET began = centre, began_by = (SELECT grouped_by FROM state)")  # the earliest known
