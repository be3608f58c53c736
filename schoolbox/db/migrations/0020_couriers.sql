-- Couriers this box wrote: which statements each carries, until the receipt of the hub comes. Rows without statements
-- carried only whom the school erased. The numbers go on; a courier whose stick was lost keeps its row.
CREATE TABLE courier (
    number INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    made_at TEXT NOT NULL,
    receipt_at TEXT
);
