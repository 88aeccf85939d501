"""Fingerprints, by which a copy is found without reading all texts; an index of the subjects that the audit is of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from models.near_copy import fingerprints

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT_ONCE = 100  # texts
SHARED = 50  # documents at most that keep a fingerprint


def upgrade() -> None:
    op.create_table(
        "fingerprint",
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_fingerprint_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "value", name=op.f("pk_fingerprint")),
    )
    op.create_index("ix_fingerprint_value", "fingerprint", ["value"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["subject"], unique=False)
    op.drop_index("ix_label_speaker_id", table_name="label")
    op.create_index("ix_label_speaker_id", "label", ["speaker_id", "printed"], unique=False)
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    document, table = (
        sa.table("document", sa.column("id"), sa.column("text")),
        sa.table("fingerprint", sa.column("document_id"), sa.column("value")),
    )
    ids = list(connection.execute(sa.select(document.c.id).order_by(document.c.id)).scalars())
    for start in range(0, len(ids), AT_ONCE):
        some = sa.select(document.c.id, document.c.text).where(document.c.id.in_(ids[start : start + AT_ONCE]))
        rows = [
            {"document_id": row.id, "value": value}
            for row in connection.execute(some)
            for value in fingerprints(row.text)
        ]
        if rows:
            connection.execute(sa.insert(table), rows)
    connection.execute(
        sa.text(
            "DELETE FROM fingerprint WHERE (document_id, value) IN (SELECT document_id, value FROM ("
            "SELECT document_id, value, row_number() OVER (PARTITION BY value ORDER BY document_id) AS number "
            "FROM fingerprint) AS counted WHERE number > :shared)"
        ),
        {"shared": SHARED},
    )
