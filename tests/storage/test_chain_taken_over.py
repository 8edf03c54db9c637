"""Records of an older program have a plain audit: its entries become the first links."""

from pathlib import Path

import alembic.command
from sqlalchemy import create_engine

from storage.records import audit, chain
from storage.records.book import Records
from storage.records.tables import SCHEMA
from storage.records.upgrade import migrations


def test_old_entries_of_the_audit_become_the_first_links_with_their_authors(
    tmp_path: Path,
) -> None:
    path = tmp_path / "records.sqlite"
    config = migrations()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes.update(connection=connection, schema=SCHEMA)
        alembic.command.upgrade(config, "0008")
        connection.exec_driver_sql(
            "INSERT INTO audit (number, at, who, what, detail) VALUES "
            "(4, 9, 'li', 'registry replaced', 'number 1: \"a\"'), (7, 11, 'wu', 'x', '开始')"
        )
    engine.dispose()
    records = Records.open(f"sqlite:{path}")
    with records.session() as session:
        audit.add(session, "new", "y", "later")
        links = list(chain.every(session))
        assert audit.recent(session, 9)[1:] == [
            audit.AuditEntry(2, 11, "wu", "x", "开始"),
            audit.AuditEntry(1, 9, "li", "registry replaced", 'number 1: "a"'),
        ]
    records.close()
    assert [link.number for link in links] == [1, 2, 3]
    assert [link.hash for link in links] == [link.true_hash for link in links]
    assert [link.previous for link in links] == ["", links[0].hash, links[1].hash]
