"""Coordinators appoint their organisation's workers; passkeys; partnerships that both sides agree to; the audit read per worker."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select, insert, update on "partnership" to buurtnet_web',
    'alter table "partnership" enable row level security',
    'alter table "partnership" force row level security',
    'create policy partnership_read on "partnership" for select to buurtnet_web using (true)',
    'create policy partnership_propose on "partnership" for insert to buurtnet_web with check (exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = partnership.organisation_id))',
    'create policy partnership_agree on "partnership" for update to buurtnet_web using ((exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = partnership.organisation_id) or exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = partnership.other_id))) with check ((exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = partnership.organisation_id) or exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = partnership.other_id)))',
    'create policy partnership_worker on "partnership" for all to buurtnet_worker using (true) with check (true)',
    'grant select, insert, update, delete on "staff" to buurtnet_web',
    'alter table "staff" enable row level security',
    'alter table "staff" force row level security',
    'create policy staff_read on "staff" for select to buurtnet_web using (true)',
    'create policy staff_add on "staff" for insert to buurtnet_web with check (role <> \'operator\' and person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = staff.organisation_id))',
    'create policy staff_change on "staff" for update to buurtnet_web using (role <> \'operator\' and person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = staff.organisation_id)) with check (role <> \'operator\' and person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = staff.organisation_id))',
    'create policy staff_remove on "staff" for delete to buurtnet_web using (role <> \'operator\' and person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = staff.organisation_id))',
    'create policy staff_worker on "staff" for all to buurtnet_worker using (true) with check (true)',
    'grant select, insert, update, delete on "staff_area" to buurtnet_web',
    'alter table "staff_area" enable row level security',
    'alter table "staff_area" force row level security',
    'create policy staff_area_read on "staff_area" for select to buurtnet_web using (true)',
    'create policy staff_area_add on "staff_area" for insert to buurtnet_web with check (person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (\n  select from staff own join staff theirs on theirs.organisation_id = own.organisation_id\n   where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and theirs.person_id = staff_area.person_id))',
    'create policy staff_area_change on "staff_area" for update to buurtnet_web using (person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (\n  select from staff own join staff theirs on theirs.organisation_id = own.organisation_id\n   where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and theirs.person_id = staff_area.person_id)) with check (person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (\n  select from staff own join staff theirs on theirs.organisation_id = own.organisation_id\n   where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and theirs.person_id = staff_area.person_id))',
    'create policy staff_area_remove on "staff_area" for delete to buurtnet_web using (person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (\n  select from staff own join staff theirs on theirs.organisation_id = own.organisation_id\n   where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and theirs.person_id = staff_area.person_id))',
    'create policy staff_area_worker on "staff_area" for all to buurtnet_worker using (true) with check (true)',
    'grant select, insert, update on "tenure" to buurtnet_web',
    'grant select, insert, update, delete on "tenure" to buurtnet_worker',
    'alter table "tenure" enable row level security',
    'alter table "tenure" force row level security',
    'create policy tenure_read on "tenure" for select to buurtnet_web using (true)',
    'create policy tenure_invite on "tenure" for insert to buurtnet_web with check (person_id <> nullif(current_setting(\'app.viewer\', true), \'\')::uuid and exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = tenure.organisation_id))',
    'create policy tenure_change on "tenure" for update to buurtnet_web using (person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid or exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = tenure.organisation_id)) with check (person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid or exists (select from staff own where own.person_id = nullif(current_setting(\'app.viewer\', true), \'\')::uuid and own.role = \'coordinator\' and own.organisation_id = tenure.organisation_id))',
    'create policy tenure_worker on "tenure" for all to buurtnet_worker using (true) with check (true)',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_index(op.f("ix_audit_actor_at"), "audit", ["actor", "at"], unique=False)
    op.add_column("credential", sa.Column("label", sa.Text(), nullable=True))
    op.add_column("credential", sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False))
    op.add_column("partnership", sa.Column("proposed_on", sa.Date(), server_default=sa.text("current_date"), nullable=False))
    op.alter_column("partnership", "since", existing_type=sa.Date(), nullable=True)
    op.create_check_constraint(op.f("ck_partnership_two"), "partnership", "organisation_id <> other_id")
    op.create_table(
        "tenure",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("invited_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tenure_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_tenure_organisation_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_tenure_invited_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_tenure")),
    )
    for statement in SECURITY:
        op.execute(sa.text(statement.replace(":", "\\:")))
