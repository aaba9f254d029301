"""Open posts carry the component of their author, so that a search reads from one index whether ties join two people; components have names of
their own, which stay when somebody leaves."""

from collections.abc import Sequence

from alembic import op

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READ_FROM_INDEX = (
    "id, author_id, organisation_id, language_bits, reach, slots, from_on, until_on, capacity, engaged, active, urgency, created_at, component"
)
NAME = """
update tie_component set component = named.name
  from (select component, gen_random_uuid() as name from (select distinct component from tie_component) c) named
 where tie_component.component = named.component
"""
COPY = """
update post set component = k.component from tie_component k where k.person_id = post.author_id and post.state in ('waiting', 'open')
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute(NAME)
    op.execute("drop index ix_tie_component_of")
    op.execute("alter table post add column component uuid")
    op.execute("drop index ix_post_open")
    op.execute(COPY)
    op.execute(f"create index ix_post_open on post (kind, neighbourhood_id, theme_id) include ({READ_FROM_INDEX}) where state = 'open'")
