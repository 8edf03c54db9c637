"""The audit becomes a chain; people by id; bytes that were signed; tasks to restate."""

import sqlalchemy as sa
from alembic import op

from energy.canonical import canonical
from storage.chain_hash import BEFORE_THE_FIRST, hash_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FOR_GOOD = ("chain", "frozen")
"""Tables that are only ever added to: the database itself refuses anything else."""

_REFUSE = """
CREATE FUNCTION refuse_to_change_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Create the tables, take the old entries over in their order, and lock what is for good."""
    chain = op.create_table(
        "chain",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_chain"),
    )
    op.create_index("ix_chain_subject", "chain", ["subject"])
    op.create_index("ix_chain_what", "chain", ["what"])
    op.create_table(
        "people",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("person", name="pk_people"),
    )
    op.create_table(
        "frozen",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_frozen"),
    )
    op.create_table(
        "restate_tasks",
        sa.Column("institution", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("institution", "period", name="pk_restate_tasks"),
    )
    _take_over(chain)
    op.drop_table("audit")
    _lock()


def _take_over(chain: sa.Table) -> None:
    """Make a link of each entry of the audit, oldest first."""
    connection = op.get_bind()
    old = sa.text("SELECT at, who, what, detail FROM audit ORDER BY number")
    previous, number = BEFORE_THE_FIRST, 0
    for number, entry in enumerate(connection.execute(old).all(), start=1):
        link = {
            "number": number,
            "at": entry.at,
            "who": entry.who,
            "what": entry.what,
            "subject": "",
            "detail": canonical({"text": entry.detail}).decode(),
            "previous": previous,
        }
        previous = hash_of(**link)
        connection.execute(sa.insert(chain).values(**link, hash=previous))
    written = sa.text("INSERT INTO numbers (name, number) VALUES ('chain', :number)")
    connection.execute(written, {"number": number})


def _lock() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in _FOR_GOOD:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is only ever added to'); END"
                )
        return
    op.execute(_REFUSE)
    for table in _FOR_GOOD:
        op.execute(
            f"CREATE TRIGGER {table}_is_for_good BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_past()"
        )
