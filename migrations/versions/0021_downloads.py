"""The files of the published months."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select on "download" to buurtnet_web',
    'grant select, insert, update, delete on "download" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "download",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("format", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("edition", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("packed", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.CheckConstraint("format in ('geopackage', 'geojson', 'csv', 'spreadsheet', 'code_book')", name=op.f("ck_download_format")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_download_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
        sa.UniqueConstraint("name", name=op.f("uq_download_name")),
    )
    op.create_index(op.f("ix_download_snapshot_id"), "download", ["snapshot_id"])
    # Gzipped already, and read in pieces from its middle: PostgreSQL need not try to pack it.
    op.execute("alter table download alter column packed set storage external")
    for statement in SECURITY:
        op.execute(statement)
