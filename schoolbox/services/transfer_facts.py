"""How many transfers wait for somebody, for the technician's page; numbers only.

    transfer_facts(db).arrived
"""

import msgspec

from schoolbox.db.database import Database

_COUNTS = """
SELECT (SELECT COUNT(*) FROM delivery WHERE arrival_id = '' AND length(content) >= size_bytes),
    (SELECT COUNT(*) FROM delivery AS d JOIN arrival AS a ON a.id = d.arrival_id JOIN person AS p ON p.id = a.person_id
        WHERE d.receipt = 'twice' AND p.archived_at IS NULL),
    (SELECT COUNT(*) FROM sending AS s JOIN departure AS d ON d.id = s.departure_id
        WHERE d.ended_at IS NULL AND s.state <> 'over'
            AND (s.problem <> '' OR s.state IN ('expired', 'expiring', 'refused')))
"""


class TransferFacts(msgspec.Struct, frozen=True):
    """Sealed files that wait for their code; pupils who are on two boxes; transfers that the hub could not deliver."""

    arrived: int = 0
    twice: int = 0
    stuck: int = 0


def transfer_facts(db: Database) -> TransferFacts:
    """Count them."""
    [found] = db.fetch_sql(TransferFacts, _COUNTS)
    return found
