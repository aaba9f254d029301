"""The first schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


AUDIT_PARTITION = """
create function audit_partition(month date) returns void language plpgsql security definer set search_path = public as $$
begin
  execute format('create table if not exists audit_%s partition of audit for values from (%L) to (%L)',
                 to_char(month, 'YYYYMM'), month, (month + interval '1 month')::date);
end $$
"""
SECURITY = [
    'grant select, insert, update, delete on "area" to buurtnet_web',
    'grant select, insert, update, delete on "area" to buurtnet_worker',
    'grant select, insert on "audit" to buurtnet_web',
    'grant select, insert on "audit" to buurtnet_worker',
    'grant select on "audit_seal" to buurtnet_web',
    'grant select, insert on "audit_seal" to buurtnet_worker',
    'grant select, insert, update, delete on "block" to buurtnet_web',
    'grant select, insert, update, delete on "block" to buurtnet_worker',
    'grant select on "boundary_import" to buurtnet_web',
    'grant select, insert, update, delete on "boundary_import" to buurtnet_worker',
    'grant select, insert, update, delete on "card" to buurtnet_web',
    'grant select, insert, update, delete on "card" to buurtnet_worker',
    'grant select, insert, update, delete on "claim" to buurtnet_web',
    'grant select, insert, update, delete on "claim" to buurtnet_worker',
    'grant select on "class_break" to buurtnet_web',
    'grant select, insert, update, delete on "class_break" to buurtnet_worker',
    'grant select, insert, update, delete on "consent" to buurtnet_web',
    'grant select, insert, update, delete on "consent" to buurtnet_worker',
    'grant select, insert, update, delete on "contact" to buurtnet_web',
    'grant select, insert, update, delete on "contact" to buurtnet_worker',
    'alter table "contact" enable row level security',
    'alter table "contact" force row level security',
    "create policy contact_read on \"contact\" for select to buurtnet_web using (person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid) or exists (select from \"grant\" g where g.person_id = nullif(current_setting('app.viewer', true), '')::uuid and g.object_id = contact.person_id and g.until > now()))",
    "create policy contact_add on \"contact\" for insert to buurtnet_web with check (person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid))",
    "create policy contact_change on \"contact\" for update to buurtnet_web using (person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid)) with check (person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid))",
    "create policy contact_remove on \"contact\" for delete to buurtnet_web using (person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid))",
    'create policy contact_worker on "contact" for all to buurtnet_worker using (true) with check (true)',
    'grant select, insert, update, delete on "conversation" to buurtnet_web',
    'grant select, insert, update, delete on "conversation" to buurtnet_worker',
    'grant select, insert, update, delete on "credential" to buurtnet_web',
    'grant select, insert, update, delete on "credential" to buurtnet_worker',
    'alter table "credential" enable row level security',
    'alter table "credential" force row level security',
    "create policy credential_own on \"credential\" for all to buurtnet_web using (person_id = nullif(current_setting('app.viewer', true), '')::uuid) with check (person_id = nullif(current_setting('app.viewer', true), '')::uuid)",
    'create policy credential_worker on "credential" for all to buurtnet_worker using (true) with check (true)',
    'grant select, insert, update, delete on "decision" to buurtnet_web',
    'grant select, insert, update, delete on "decision" to buurtnet_worker',
    'grant select on "erasure" to buurtnet_web',
    'grant select, insert, update, delete on "erasure" to buurtnet_worker',
    'grant select, insert, update, delete on "flag" to buurtnet_web',
    'grant select, insert, update, delete on "flag" to buurtnet_worker',
    'grant select, insert, update, delete on "grant" to buurtnet_web',
    'grant select, insert, update, delete on "grant" to buurtnet_worker',
    'grant select on "helper_check" to buurtnet_web',
    'grant select, insert, update, delete on "helper_check" to buurtnet_worker',
    'grant select, insert, update, delete on "idempotency" to buurtnet_web',
    'grant select, insert, update, delete on "idempotency" to buurtnet_worker',
    'grant select, insert, update, delete on "keep_away" to buurtnet_web',
    'grant select, insert, update, delete on "keep_away" to buurtnet_worker',
    'grant select, insert, update, delete on "keep_away_wish" to buurtnet_web',
    'grant select, insert, update, delete on "keep_away_wish" to buurtnet_worker',
    'grant select, insert, update, delete on "match" to buurtnet_web',
    'grant select, insert, update, delete on "match" to buurtnet_worker',
    'grant select, insert, update (reported_at) on "message" to buurtnet_web',
    'grant select, insert, update, delete on "message" to buurtnet_worker',
    'alter table "message" enable row level security',
    'alter table "message" force row level security',
    "create policy message_read on \"message\" for select to buurtnet_web using (exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid) or (message.reported_at is not null and exists (select from \"grant\" g where g.person_id = nullif(current_setting('app.viewer', true), '')::uuid and g.object_id = message.conversation_id and g.until > now())))",
    "create policy message_add on \"message\" for insert to buurtnet_web with check (author_id = nullif(current_setting('app.viewer', true), '')::uuid and exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid))",
    "create policy message_report on \"message\" for update to buurtnet_web using (exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid)) with check (exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid))",
    'create policy message_worker on "message" for all to buurtnet_worker using (true) with check (true)',
    'grant select on "municipality" to buurtnet_web',
    'grant select, insert, update, delete on "municipality" to buurtnet_worker',
    'grant select on "neighbourhood" to buurtnet_web',
    'grant select, insert, update, delete on "neighbourhood" to buurtnet_worker',
    'grant select on "neighbourhood_near" to buurtnet_web',
    'grant select, insert, update, delete on "neighbourhood_near" to buurtnet_worker',
    'grant select on "network_measure" to buurtnet_web',
    'grant select, insert, update, delete on "network_measure" to buurtnet_worker',
    'grant select, insert, update, delete on "notice" to buurtnet_web',
    'grant select, insert, update, delete on "notice" to buurtnet_worker',
    'grant select on "organisation" to buurtnet_web',
    'grant select, insert, update, delete on "organisation" to buurtnet_worker',
    'grant select, insert on "outbox" to buurtnet_web',
    'grant select, insert, update, delete on "outbox" to buurtnet_worker',
    'grant select, insert, update, delete on "pair_memory" to buurtnet_web',
    'grant select, insert, update, delete on "pair_memory" to buurtnet_worker',
    'grant select, insert, update, delete on "participant" to buurtnet_web',
    'grant select, insert, update, delete on "participant" to buurtnet_worker',
    'grant select on "partnership" to buurtnet_web',
    'grant select, insert, update, delete on "partnership" to buurtnet_worker',
    'grant select, insert, update on "person" to buurtnet_web',
    'grant select, insert, update, delete on "person" to buurtnet_worker',
    'grant select, insert, update, delete on "post" to buurtnet_web',
    'grant select, insert, update, delete on "post" to buurtnet_worker',
    'grant select, insert, update, delete on "preference" to buurtnet_web',
    'grant select, insert, update, delete on "preference" to buurtnet_worker',
    'grant select, insert on "pseudonym" to buurtnet_web',
    'grant select, insert, delete on "pseudonym" to buurtnet_worker',
    'grant select, insert, update, delete on "report" to buurtnet_web',
    'grant select, insert, update, delete on "report" to buurtnet_worker',
    'grant select on "rule" to buurtnet_web',
    'grant select, insert, update, delete on "rule" to buurtnet_worker',
    'grant select, insert, update, delete on "session" to buurtnet_web',
    'grant select, insert, update, delete on "session" to buurtnet_worker',
    'grant select, insert, update, delete on "sign_in_code" to buurtnet_web',
    'grant select, insert, update, delete on "sign_in_code" to buurtnet_worker',
    'grant select, insert, update, delete on "sign_in_name" to buurtnet_web',
    'grant select, insert, update, delete on "sign_in_name" to buurtnet_worker',
    'grant select on "snapshot" to buurtnet_web',
    'grant select, insert, update, delete on "snapshot" to buurtnet_worker',
    'grant select on "staff" to buurtnet_web',
    'grant select, insert, update, delete on "staff" to buurtnet_worker',
    'grant select on "staff_area" to buurtnet_web',
    'grant select, insert, update, delete on "staff_area" to buurtnet_worker',
    'grant select, insert, update, delete on "task" to buurtnet_web',
    'grant select, insert, update, delete on "task" to buurtnet_worker',
    'grant select on "theme" to buurtnet_web',
    'grant select, insert, update, delete on "theme" to buurtnet_worker',
    'grant select on "theme_label" to buurtnet_web',
    'grant select, insert, update, delete on "theme_label" to buurtnet_worker',
    'grant select, insert, update, delete on "tie" to buurtnet_web',
    'grant select, insert, update, delete on "tie" to buurtnet_worker',
    'grant select, insert, update, delete on "tie_component" to buurtnet_web',
    'grant select, insert, update, delete on "tie_component" to buurtnet_worker',
    'grant select on "weight" to buurtnet_web',
    'grant select, insert, update, delete on "weight" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "audit",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("actor", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("on_behalf_of", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("subject", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("action", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("at", "id", name=op.f("pk_audit")),
        info={"web": "select, insert", "worker": "select, insert"},
        postgresql_partition_by="RANGE (at)",
    )
    op.create_index(op.f("ix_audit_subject_at"), "audit", ["subject", "at"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("up_to", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_seal")),
        info={"web": "select", "worker": "select, insert"},
    )
    op.create_table(
        "boundary_import",
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("vintage", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("publisher", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("licence", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("attribution", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("source", "vintage", name=op.f("pk_boundary_import")),
        info={"web": "select"},
    )
    op.create_table(
        "conversation",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    op.create_table(
        "erasure",
        sa.Column("person_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_erasure")),
        info={"web": "select"},
    )
    op.create_table(
        "flag",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("rule_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("leads_to", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ends", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_object_id"), "flag", ["object_id"], unique=False)
    op.create_table(
        "grant",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "object_id", name=op.f("pk_grant")),
    )
    op.create_table(
        "idempotency",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("status", sa.SmallInteger(), autoincrement=False, nullable=True),
        sa.Column("location", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_idempotency")),
    )
    op.create_geospatial_table(
        "municipality",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column(
            "outline",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3035,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
    )
    op.create_table(
        "neighbourhood_near",
        sa.Column("a", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("b", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("metres", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.CheckConstraint("level between 0 and 4", name=op.f("ck_neighbourhood_near_level")),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_neighbourhood_near")),
        info={"web": "select"},
    )
    op.create_index("ix_neighbourhood_near_a_level", "neighbourhood_near", ["a", "level"], unique=False, postgresql_include=["b", "metres"])
    op.create_table(
        "organisation",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("phone", sa.Text(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        info={"web": "select"},
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("last_error", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("reactions_done", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("parked_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        info={"web": "select, insert"},
    )
    op.create_index(
        "ix_outbox_due_at", "outbox", ["due_at"], unique=False, postgresql_where=sa.text("done_at is null and parked_at is null")
    )
    op.create_table(
        "pseudonym",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("alias", sa.UUID(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_pseudonym")),
        info={"web": "select, insert", "worker": "select, insert, delete"},
    )
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("pattern", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("leads_to", sa.Text(), autoincrement=False, nullable=False),
        sa.CheckConstraint("leads_to in ('review', 'sensitive', 'danger', 'allowed')", name=op.f("ck_rule_leads_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("language", "kind", "pattern", name=op.f("uq_rule_language_kind_pattern")),
        info={"web": "select"},
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("seconds", sa.Float(precision=53), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.CheckConstraint("kind in ('draft', 'month')", name=op.f("ck_snapshot_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        info={"web": "select"},
    )
    op.create_index("uq_snapshot_draft", "snapshot", ["kind"], unique=True, postgresql_where=sa.text("kind = 'draft'"))
    op.create_index(
        "uq_snapshot_month",
        "snapshot",
        [sa.literal_column("(extract(year from as_of) * 12 + extract(month from as_of))")],
        unique=True,
        postgresql_where=sa.text("kind = 'month'"),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("parent_id", sa.SmallInteger(), autoincrement=False, nullable=True),
        sa.Column("review", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("talk", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("halving_m", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("icon", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("right", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("safeguard", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("advice", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("need_days", sa.SmallInteger(), server_default=sa.text("30"), autoincrement=False, nullable=False),
        sa.Column("offer_days", sa.SmallInteger(), server_default=sa.text("90"), autoincrement=False, nullable=False),
        sa.CheckConstraint("review in ('always', 'new')", name=op.f("ck_theme_review")),
        sa.ForeignKeyConstraint(["parent_id"], ["theme.id"], name=op.f("fk_theme_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("slug", name=op.f("uq_theme_slug")),
        info={"web": "select"},
    )
    op.create_table(
        "area",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("neighbourhoods", sa.ARRAY(sa.Integer()), autoincrement=False, nullable=False),
        sa.Column("map_published_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("decided_how", sa.Text(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_area_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    op.create_table(
        "class_break",
        sa.Column("area_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("window_months", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("breaks", sa.ARRAY(sa.REAL()), autoincrement=False, nullable=False),
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.CheckConstraint("area_kind in ('neighbourhood', 'municipality')", name=op.f("ck_class_break_area_kind")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_class_break_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("area_kind", "window_months", "measure", "year", name=op.f("pk_class_break")),
        info={"web": "select"},
    )
    op.create_geospatial_table(
        "neighbourhood",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("vintage", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "outline",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3035,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "sketch",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=3035,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=3035,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("area_m2", sa.Float(precision=53), autoincrement=False, nullable=False),
        sa.Column("population", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("adults", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("inhabited", sa.Boolean(), server_default=sa.text("true"), autoincrement=False, nullable=False),
        sa.Column("schematic", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("valid_to", sa.Date(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_neighbourhood_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
        sa.UniqueConstraint("code", "vintage", name=op.f("uq_neighbourhood_code_vintage")),
    )
    op.create_index(op.f("ix_neighbourhood_municipality_id"), "neighbourhood", ["municipality_id"], unique=False)
    op.create_geospatial_index(
        "ix_neighbourhood_outline", "neighbourhood", ["outline"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "network_measure",
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("area_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("window_months", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Float(precision=53), autoincrement=False, nullable=True),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("low", sa.Float(precision=53), autoincrement=False, nullable=True),
        sa.Column("high", sa.Float(precision=53), autoincrement=False, nullable=True),
        sa.Column("mark", sa.Text(), autoincrement=False, nullable=False),
        sa.CheckConstraint("area_kind in ('neighbourhood', 'municipality')", name=op.f("ck_network_measure_area_kind")),
        sa.CheckConstraint(
            "mark in ('shown', 'suppressed', 'uninhabited', 'inactive', 'unpublished')", name=op.f("ck_network_measure_mark")
        ),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_network_measure_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "area_kind", "area_id", "window_months", "measure", name=op.f("pk_network_measure")),
        info={"web": "select"},
    )
    op.create_index(
        op.f("ix_network_measure_measure_area_kind_snapshot_id"), "network_measure", ["measure", "area_kind", "snapshot_id"], unique=False
    )
    op.create_table(
        "partnership",
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_partnership_organisation_id")),
        sa.ForeignKeyConstraint(["other_id"], ["organisation.id"], name=op.f("fk_partnership_other_id")),
        sa.PrimaryKeyConstraint("organisation_id", "other_id", name=op.f("pk_partnership")),
        info={"web": "select"},
    )
    op.create_table(
        "theme_label",
        sa.Column("theme_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("label", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("shown", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("example", sa.Text(), server_default=sa.text("''"), autoincrement=False, nullable=False),
        sa.Column("words", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.Column("hints", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_theme_label_theme_id")),
        sa.PrimaryKeyConstraint("theme_id", "language", name=op.f("pk_theme_label")),
        info={"web": "select"},
    )
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("given_name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("picture", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("pin_hash", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("adult", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("discreet", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("mediated", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("reach", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("slots", sa.Integer(), server_default=sa.text("268435455"), autoincrement=False, nullable=False),
        sa.Column("monthly_max", sa.SmallInteger(), server_default=sa.text("4"), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'active'"), autoincrement=False, nullable=False),
        sa.Column("paused_until", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("posts_on_trial", sa.SmallInteger(), server_default=sa.text("2"), autoincrement=False, nullable=False),
        sa.Column("managed_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("created_on", sa.Date(), server_default=sa.text("current_date"), autoincrement=False, nullable=False),
        sa.Column("seen_on", sa.Date(), server_default=sa.text("current_date"), autoincrement=False, nullable=False),
        sa.CheckConstraint("state in ('active', 'paused', 'blocked', 'erased')", name=op.f("ck_person_state")),
        sa.CheckConstraint("char_length(given_name) between 1 and 60", name=op.f("ck_person_given_name")),
        sa.CheckConstraint("monthly_max between 1 and 31", name=op.f("ck_person_monthly_max")),
        sa.CheckConstraint("reach between 0 and 4", name=op.f("ck_person_reach")),
        sa.CheckConstraint("slots between 0 and 268435455", name=op.f("ck_person_slots")),
        sa.ForeignKeyConstraint(["managed_by"], ["person.id"], name=op.f("fk_person_managed_by")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_person_neighbourhood_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        info={"web": "select, insert, update"},
    )
    op.create_index("ix_person_managed_by", "person", ["managed_by"], unique=False, postgresql_where=sa.text("managed_by is not null"))
    op.create_index(op.f("ix_person_neighbourhood_id"), "person", ["neighbourhood_id"], unique=False)
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("second_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.CheckConstraint("second_by is null or second_by <> by", name=op.f("ck_block_two_workers")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_block_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_block_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_by"], ["person.id"], name=op.f("fk_block_second_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
    )
    op.create_index(op.f("ix_block_person_id"), "block", ["person_id"], unique=False)
    op.create_index("uq_block_standing", "block", ["person_id"], unique=True, postgresql_where=sa.text("ended_at is null"))
    op.create_table(
        "card",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("issued_by", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_card_issued_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_card_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_card_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_card_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_card_token_hash")),
    )
    op.create_index(op.f("ix_card_person_id"), "card", ["person_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.CheckConstraint("object_kind in ('post', 'match', 'report')", name=op.f("ck_claim_object_kind")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_claim_by")),
        sa.PrimaryKeyConstraint("object_kind", "object_id", name=op.f("pk_claim")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("helped_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["helped_by"], ["person.id"], name=op.f("fk_consent_helped_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_person_id"), "consent", ["person_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.CheckConstraint("channel in ('email', 'sms')", name=op.f("ck_contact_channel")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        info={
            "policies": {
                "contact_read": (
                    "buurtnet_web",
                    "select",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid) or exists (select from \"grant\" g where g.person_id = nullif(current_setting('app.viewer', true), '')::uuid and g.object_id = contact.person_id and g.until > now())",
                    None,
                ),
                "contact_add": (
                    "buurtnet_web",
                    "insert",
                    None,
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid)",
                ),
                "contact_change": (
                    "buurtnet_web",
                    "update",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid)",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid)",
                ),
                "contact_remove": (
                    "buurtnet_web",
                    "delete",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid or exists (select from person where person.id = person_id and person.managed_by = nullif(current_setting('app.viewer', true), '')::uuid)",
                    None,
                ),
                "contact_worker": ("buurtnet_worker", "all", "true", "true"),
            }
        },
    )
    op.create_index(op.f("ix_contact_person_id"), "contact", ["person_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("last_step", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.CheckConstraint("kind in ('totp', 'passkey')", name=op.f("ck_credential_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        info={
            "policies": {
                "credential_own": (
                    "buurtnet_web",
                    "all",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid",
                    "person_id = nullif(current_setting('app.viewer', true), '')::uuid",
                ),
                "credential_worker": ("buurtnet_worker", "all", "true", "true"),
            }
        },
    )
    op.create_index(op.f("ix_credential_person_id"), "credential", ["person_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("verdict", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("right", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("barrier", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.CheckConstraint("object_kind in ('post', 'match', 'report', 'person')", name=op.f("ck_decision_object_kind")),
        sa.CheckConstraint(
            "verdict in ('approved', 'refused', 'changes_asked', 'right_first', 'rejected', 'closed')", name=op.f("ck_decision_verdict")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_decision_by")),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name=op.f("fk_decision_subject_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_object_id"), "decision", ["object_id"], unique=False)
    op.create_index(op.f("ix_decision_subject_id"), "decision", ["subject_id"], unique=False)
    op.create_table(
        "helper_check",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("checked_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("checked_by", sa.UUID(), autoincrement=False, nullable=False),
        sa.CheckConstraint("kind in ('minors')", name=op.f("ck_helper_check_kind")),
        sa.ForeignKeyConstraint(["checked_by"], ["person.id"], name=op.f("fk_helper_check_checked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_helper_check_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_helper_check")),
        info={"web": "select"},
    )
    op.create_table(
        "keep_away",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_keep_away_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_keep_away_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_keep_away")),
    )
    op.create_index(op.f("ix_keep_away_other_id"), "keep_away", ["other_id"], unique=False)
    op.create_table(
        "keep_away_wish",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("lookup", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_keep_away_wish_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "lookup", name=op.f("pk_keep_away_wish")),
    )
    op.create_index(op.f("ix_keep_away_wish_lookup"), "keep_away_wish", ["lookup"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("body", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("phrase", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), autoincrement=False, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_message_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        info={
            "web": "select, insert, update (reported_at)",
            "policies": {
                "message_read": (
                    "buurtnet_web",
                    "select",
                    "exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid) or (message.reported_at is not null and exists (select from \"grant\" g where g.person_id = nullif(current_setting('app.viewer', true), '')::uuid and g.object_id = message.conversation_id and g.until > now()))",
                    None,
                ),
                "message_add": (
                    "buurtnet_web",
                    "insert",
                    None,
                    "author_id = nullif(current_setting('app.viewer', true), '')::uuid and exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid)",
                ),
                "message_report": (
                    "buurtnet_web",
                    "update",
                    "exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid)",
                    "exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = nullif(current_setting('app.viewer', true), '')::uuid)",
                ),
                "message_worker": ("buurtnet_worker", "all", "true", "true"),
            },
        },
    )
    op.create_index(op.f("ix_message_conversation_id_sent_at"), "message", ["conversation_id", "sent_at"], unique=False)
    op.create_index("ix_message_reported_at", "message", ["reported_at"], unique=False, postgresql_where=sa.text("reported_at is not null"))
    op.create_table(
        "notice",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("provider_id", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'due'"), autoincrement=False, nullable=False),
        sa.CheckConstraint("channel in ('email', 'sms', 'push', 'worker')", name=op.f("ck_notice_channel")),
        sa.CheckConstraint("state in ('due', 'sent', 'failed', 'dropped')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "person_id", "channel", "kind", name=op.f("uq_notice_event_id_person_id_channel_kind")),
    )
    op.create_index("ix_notice_due_at", "notice", ["due_at"], unique=False, postgresql_where=sa.text("state = 'due'"))
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_table(
        "pair_memory",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.CheckConstraint("what in ('declined', 'rejected', 'unhappy')", name=op.f("ck_pair_memory_what")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_pair_memory_other_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pair_memory_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_pair_memory_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_memory")),
    )
    op.create_index(op.f("ix_pair_memory_other_id"), "pair_memory", ["other_id"], unique=False)
    op.create_index(op.f("ix_pair_memory_person_id_other_id"), "pair_memory", ["person_id", "other_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("conversation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_participant_conversation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participant_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", "person_id", name=op.f("pk_participant")),
    )
    op.create_index(op.f("ix_participant_person_id"), "participant", ["person_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("author_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("on_behalf_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("theme_id", sa.SmallInteger(), autoincrement=False, nullable=True),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("quiet", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reach", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slots", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("own_slots", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("from_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("until_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("urgency", sa.Text(), server_default=sa.text("'normal'"), autoincrement=False, nullable=False),
        sa.Column("capacity", sa.SmallInteger(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("engaged", sa.SmallInteger(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("again", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), autoincrement=False, nullable=False),
        sa.Column("language_bits", sa.BigInteger(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("changes_asked", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("asks_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("renewal_asked_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.CheckConstraint("kind in ('offer', 'need')", name=op.f("ck_post_kind")),
        sa.CheckConstraint(
            "state in ('waiting', 'open', 'met', 'withdrawn', 'expired', 'refused', 'redirected')", name=op.f("ck_post_state")
        ),
        sa.CheckConstraint(
            "theme_id is not null or state in ('waiting', 'withdrawn', 'refused', 'expired')", name=op.f("ck_post_theme_known")
        ),
        sa.CheckConstraint("urgency in ('normal', 'urgent')", name=op.f("ck_post_urgency")),
        sa.CheckConstraint("capacity between 1 and 20", name=op.f("ck_post_capacity")),
        sa.CheckConstraint("char_length(text) between 3 and 600", name=op.f("ck_post_text")),
        sa.CheckConstraint("engaged between 0 and capacity", name=op.f("ck_post_engaged")),
        sa.CheckConstraint("reach between 0 and 4", name=op.f("ck_post_reach")),
        sa.CheckConstraint("until_on is null or from_on is null or until_on >= from_on", name=op.f("ck_post_dates")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_post_author_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_post_neighbourhood_id")),
        sa.ForeignKeyConstraint(["on_behalf_by"], ["person.id"], name=op.f("fk_post_on_behalf_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_post_organisation_id")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_post_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(op.f("ix_post_author_id"), "post", ["author_id"], unique=False)
    op.create_index("ix_post_expires_at", "post", ["expires_at"], unique=False, postgresql_where=sa.text("state in ('open', 'waiting')"))
    op.create_index(
        "ix_post_near",
        "post",
        ["neighbourhood_id", "reach", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'open' and active and (kind = 'offer' or not quiet)"),
    )
    op.create_index(
        "ix_post_open_need",
        "post",
        ["theme_id", "neighbourhood_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open' and kind = 'need'"),
        postgresql_include=[
            "id",
            "author_id",
            "organisation_id",
            "language_bits",
            "reach",
            "slots",
            "from_on",
            "until_on",
            "capacity",
            "engaged",
            "active",
        ],
    )
    op.create_index(
        "ix_post_open_offer",
        "post",
        ["theme_id", "neighbourhood_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open' and kind = 'offer'"),
        postgresql_include=[
            "id",
            "author_id",
            "organisation_id",
            "language_bits",
            "reach",
            "slots",
            "from_on",
            "until_on",
            "capacity",
            "engaged",
            "active",
        ],
    )
    op.create_index(
        "ix_post_waiting", "post", ["neighbourhood_id", "created_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "preference",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Boolean(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel", name=op.f("pk_preference")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("text", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("closed_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=True),
        sa.CheckConstraint("object_kind in ('post', 'person', 'conversation', 'message', 'other')", name=op.f("ck_report_object_kind")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_report_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_report_closed_by")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_report_neighbourhood_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_report_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_open", "report", ["at"], unique=False, postgresql_where=sa.text("closed_at is null"))
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("acting_for", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.CheckConstraint("kind in ('resident', 'staff')", name=op.f("ck_session_kind")),
        sa.ForeignKeyConstraint(["acting_for"], ["person.id"], name=op.f("fk_session_acting_for"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("lookup", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.Text(), server_default=sa.text("'sign_in'"), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), autoincrement=False, nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.CheckConstraint("purpose in ('sign_in', 'staff', 'contact')", name=op.f("ck_sign_in_code_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_code_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(op.f("ix_sign_in_code_browser_hash"), "sign_in_code", ["browser_hash"], unique=False)
    op.create_index(op.f("ix_sign_in_code_expires_at"), "sign_in_code", ["expires_at"], unique=False)
    op.create_table(
        "sign_in_name",
        sa.Column("lookup", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_name_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lookup", "person_id", name=op.f("pk_sign_in_name")),
    )
    op.create_index(op.f("ix_sign_in_name_person_id"), "sign_in_name", ["person_id"], unique=False)
    op.create_table(
        "staff",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("secrecy_basis", sa.Text(), autoincrement=False, nullable=True),
        sa.CheckConstraint("role in ('facilitator', 'coordinator', 'mapper', 'operator')", name=op.f("ck_staff_role")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_staff_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_staff")),
        info={"web": "select"},
    )
    op.create_table(
        "staff_area",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("backup", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_staff_area_neighbourhood_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_area_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "neighbourhood_id", name=op.f("pk_staff_area")),
        info={"web": "select"},
    )
    op.create_index(op.f("ix_staff_area_neighbourhood_id"), "staff_area", ["neighbourhood_id"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("for_worker", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("object_kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("urgent", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("due_on", sa.Date(), server_default=sa.text("current_date"), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("done_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=True),
        sa.CheckConstraint(
            "kind in ('call_back', 'follow_up', 'clock', 'danger', 'unhappy', 'appeal', 'silent_agreement')", name=op.f("ck_task_kind")
        ),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_task_done_by")),
        sa.ForeignKeyConstraint(["for_worker"], ["person.id"], name=op.f("fk_task_for_worker")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_task_neighbourhood_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index("ix_task_open", "task", ["organisation_id", "due_on"], unique=False, postgresql_where=sa.text("done_at is null"))
    op.create_table(
        "tie",
        sa.Column("a", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("b", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("first_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("last_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("helps", sa.Integer(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("a_helped", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("b_helped", sa.Integer(), server_default=sa.text("0"), autoincrement=False, nullable=False),
        sa.Column("themes", sa.ARRAY(sa.SmallInteger()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.CheckConstraint("a < b", name=op.f("ck_tie_ordered")),
        sa.CheckConstraint("helps = a_helped + b_helped", name=op.f("ck_tie_helps")),
        sa.ForeignKeyConstraint(["a"], ["person.id"], name=op.f("fk_tie_a"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b"], ["person.id"], name=op.f("fk_tie_b"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a", "b", name=op.f("pk_tie")),
    )
    op.create_index(op.f("ix_tie_b"), "tie", ["b"], unique=False)
    op.create_index(op.f("ix_tie_last_on"), "tie", ["last_on"], unique=False)
    op.create_table(
        "tie_component",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("component", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tie_component_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_tie_component")),
    )
    op.create_index(op.f("ix_tie_component_component"), "tie_component", ["component"], unique=False)
    op.create_index("ix_tie_component_of", "tie_component", ["person_id"], unique=False, postgresql_include=["component"])
    op.create_table(
        "weight",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("part", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Float(precision=53), autoincrement=False, nullable=False),
        sa.Column("set_by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.CheckConstraint("part in ('proximity', 'theme', 'time', 'room', 'bond')", name=op.f("ck_weight_part")),
        sa.CheckConstraint("value between 0 and 1", name=op.f("ck_weight_value")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_weight_area_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_weight_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight")),
        info={"web": "select"},
    )
    op.create_index(
        "uq_weight_area_part",
        "weight",
        [sa.literal_column("coalesce(area_id, '00000000-0000-0000-0000-000000000000')"), "part"],
        unique=True,
    )
    op.create_table(
        "match",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("need_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("offer_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("asker_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("helper_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(precision=53), autoincrement=False, nullable=False),
        sa.Column("parts", sa.ARRAY(sa.REAL()), autoincrement=False, nullable=False),
        sa.Column("metres", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("languages", sa.ARRAY(sa.Text()), autoincrement=False, nullable=False),
        sa.Column("slots", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("needs_review", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("need_answer", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("offer_answer", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("rests_until", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("reviewer_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("reason", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("need_done_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("offer_done_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), autoincrement=False, nullable=True),
        sa.Column("introduce", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.CheckConstraint("origin in ('engine', 'facilitator', 'resident')", name=op.f("ck_match_origin")),
        sa.CheckConstraint(
            "state in ('suggested', 'asked', 'offered', 'agreed', 'completed', 'failed', 'rejected', 'declined', 'lapsed', 'withdrawn', 'resting')",
            name=op.f("ck_match_state"),
        ),
        sa.CheckConstraint("asker_id <> helper_id", name=op.f("ck_match_two_people")),
        sa.CheckConstraint("need_id <> offer_id", name=op.f("ck_match_two_posts")),
        sa.ForeignKeyConstraint(["asker_id"], ["person.id"], name=op.f("fk_match_asker_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_match_conversation_id")),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_match_helper_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["need_id"], ["post.id"], name=op.f("fk_match_need_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["offer_id"], ["post.id"], name=op.f("fk_match_offer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_match_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match")),
        sa.UniqueConstraint("need_id", "offer_id", name=op.f("uq_match_need_id_offer_id")),
    )
    op.create_index("ix_match_agreed", "match", ["agreed_at"], unique=False, postgresql_where=sa.text("state = 'agreed'"))
    op.create_index("ix_match_asker", "match", ["asker_id"], unique=False)
    op.create_index("ix_match_helper", "match", ["helper_id", "agreed_at"], unique=False)
    op.create_index("ix_match_lapses_at", "match", ["lapses_at"], unique=False, postgresql_where=sa.text("state in ('asked', 'offered')"))
    op.create_index(op.f("ix_match_offer_id"), "match", ["offer_id"], unique=False)
    op.create_index("ix_match_resting", "match", ["rests_until"], unique=False, postgresql_where=sa.text("state = 'resting'"))
    op.create_index("ix_match_suggested", "match", ["proposed_at"], unique=False, postgresql_where=sa.text("state = 'suggested'"))
    # ### end Alembic commands ###

    op.execute("create table audit_rest partition of audit default")
    op.execute(AUDIT_PARTITION)
    op.execute("revoke all on function audit_partition(date) from public")
    op.execute("grant execute on function audit_partition(date) to buurtnet_worker")
    op.execute("select audit_partition((date_trunc('month', now()) + make_interval(months => n))::date) from generate_series(0, 2) n")
    op.execute("grant usage on schema public to buurtnet_web, buurtnet_worker")
    for statement in SECURITY:
        op.execute(sa.text(statement.replace(":", "\\:")))


    # ### end Alembic commands ###
