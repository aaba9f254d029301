"""Two accounts of one person become one: both their pseudonyms stay. Workers note when an organisation checked a helper."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("pseudonym", sa.Column("former", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.drop_constraint("pk_pseudonym", "pseudonym", type_="primary")
    op.drop_index("ix_pseudonym_alias", table_name="pseudonym")
    op.create_primary_key("pk_pseudonym", "pseudonym", ["alias"])
    op.create_index("uq_pseudonym_person_id", "pseudonym", ["person_id"], unique=True, postgresql_where=sa.text("not former"))
    op.create_index("ix_pseudonym_person_id", "pseudonym", ["person_id"])
    op.execute('grant update on "pseudonym" to buurtnet_worker')
    op.execute('grant insert, update, delete on "helper_check" to buurtnet_web')
