-- The address that the identity office gave somebody, once for the country. A row is made before anybody is asked for:
-- whoever was asked for must be erased there, too, even if the answer was lost. state: asked, given, undecided.
CREATE TABLE national_address (
    person_id INTEGER PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    address TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'asked'
);
CREATE INDEX national_address_address ON national_address (address) WHERE address <> '';

-- Whom the identity office must still erase: the random number, until the office says that it is done.
CREATE TABLE national_erasure (
    actor_id TEXT PRIMARY KEY,
    erased_at TEXT NOT NULL
) WITHOUT ROWID;
