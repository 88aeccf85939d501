"""Review, handling marks, snapshots, error reports and sign-offs; the audit as a chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store.chain import FIRST, HASHED, hash_of_row

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["audit.id"], name=op.f("fk_ruling_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index("ix_ruling_first", "ruling", ["first", "second"], unique=False)
    op.create_table(
        "handling",
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("caveat", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("topic", "first", "second", name=op.f("pk_handling")),
    )
    op.create_table(
        "snapshot",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "error_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_error_report")),
    )
    op.create_index("ix_error_report_first", "error_report", ["first", "second"], unique=False)
    op.create_table(
        "sign_off",
        sa.Column("document_sha256", sa.Text(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("document_sha256", "finding", name=op.f("pk_sign_off")),
    )
    op.add_column("audit", sa.Column("previous", sa.Text(), nullable=False, server_default=""))
    op.add_column("audit", sa.Column("hash", sa.Text(), nullable=False, server_default=""))
    _chain()
    _only_added_to()


def _chain() -> None:
    """The rows written before there was a chain are linked as they stand."""
    fields = (*HASHED, "hash")
    audit = sa.table("audit", *(sa.column(name, sa.JSON() if name == "detail" else None) for name in fields))
    connection, previous = op.get_bind(), FIRST
    written = ("id", "at", "who", "verified", "action", "subject", "detail")
    for row in connection.execute(sa.select(*(audit.c[name] for name in written)).order_by(audit.c.id)).all():
        held = {**row._mapping, "verified": bool(row.verified), "previous": previous}
        previous = hash_of_row(held)
        linked = {"previous": held["previous"], "hash": previous}
        connection.execute(sa.update(audit).where(audit.c.id == row.id).values(**linked))


def _only_added_to() -> None:
    """The engines themselves refuse to change the audit. (A table made anew needs these again.)"""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is only ever added to'; END $$"
    )
    for what in ("UPDATE", "DELETE", "TRUNCATE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()"
        )
