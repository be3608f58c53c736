-- How a country's statements lie in PostgreSQL: the words as they came in `landed`, narrow rows in `fact`. The tables of
-- the first script are still empty and give their names to views, so that every query stays as it is.
DROP TABLE statement;
DROP TABLE batch;

-- What arrived in one request, compressed. It `waits` (1) until an indexer has made its rows.
-- Landings commit one after the other, so that the order of `id` is the order in which they became visible.
CREATE TABLE landed (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credential BIGINT NOT NULL REFERENCES credential(id),
    stored_us BIGINT NOT NULL,
    statements SMALLINT NOT NULL,
    xapi SMALLINT NOT NULL,
    waits SMALLINT NOT NULL,
    packed BYTEA NOT NULL
);
ALTER TABLE landed ALTER COLUMN packed SET STORAGE EXTERNAL;
CREATE INDEX landed_waits ON landed(id) WHERE waits = 1;
CREATE INDEX landed_by_time ON landed(stored_us);

-- What many statements share: whose, what was done, and where it is counted. `mentions` digests what the context names.
CREATE TABLE scene (
    id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner INTEGER NOT NULL,
    verb INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    grade SMALLINT NOT NULL,
    area TEXT COLLATE "C" NOT NULL,
    mentions BYTEA NOT NULL,
    UNIQUE (class, item, verb, pack, grade, area, owner, school, mentions)
);

-- The activities that the context of a scene names.
CREATE TABLE scene_mention (
    term BIGINT NOT NULL,
    scene INTEGER NOT NULL,
    PRIMARY KEY (term, scene)
);

-- One narrow row a statement, without a gap and without a NULL bitmap that would cost eight bytes. `amount` is
-- milliseconds watched, or a score in thousandths. `mark` from the lowest bit: 10 line, 1 completed, 1 voided,
-- 1 amount is a score, 19 day since 1970.
CREATE TABLE fact (
    landed INTEGER NOT NULL,
    actor INTEGER NOT NULL,
    object INTEGER NOT NULL,
    scene INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    mark INTEGER NOT NULL,
    id UUID NOT NULL,
    registration UUID,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX fact_by_actor ON fact(actor);
CREATE INDEX fact_by_object ON fact(object);
CREATE INDEX fact_by_registration ON fact(registration) WHERE registration IS NOT NULL;
CREATE INDEX fact_by_seq ON fact USING brin ((landed::bigint * 1000 + (mark & 1023))) WITH (pages_per_range = 16);
CREATE INDEX fact_by_landed ON fact USING brin (landed) WITH (pages_per_range = 16);
CREATE TABLE fact_other PARTITION OF fact DEFAULT;

-- Statements of boxes that were landed and could not be stored: another one has the id, or it voids what is not its own.
CREATE TABLE refused (
    id BYTEA NOT NULL,
    credential BIGINT NOT NULL REFERENCES credential(id),
    reason TEXT COLLATE "C" NOT NULL,
    refused_us BIGINT NOT NULL,
    statement BYTEA NOT NULL,
    PRIMARY KEY (id, refused_us)
);

-- Our queries speak of ids as bytes; these let them find a UUID, by its index, too.
CREATE FUNCTION uuid_is_bytes(uuid, bytea) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN $1 = encode($2, 'hex')::uuid;
CREATE FUNCTION bytes_is_uuid(bytea, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode($1, 'hex')::uuid = $2;
CREATE OPERATOR = (LEFTARG = uuid, RIGHTARG = bytea, FUNCTION = uuid_is_bytes, COMMUTATOR = =);
CREATE OPERATOR = (LEFTARG = bytea, RIGHTARG = uuid, FUNCTION = bytes_is_uuid, COMMUTATOR = =);

CREATE VIEW batch AS
    SELECT id, credential, stored_us, id::bigint * 1000 AS first_seq, statements, packed, xapi, waits FROM landed;

CREATE VIEW statement AS
    SELECT f.landed::bigint * 1000 + (f.mark & 1023) AS seq, f.id, f.landed AS batch, f.mark & 1023 AS line, s.owner,
    NULL::bytea AS digest, NULL::bigint AS said_us, f.actor, s.verb, f.object, f.registration,
    f.mark >> 11 & 1 AS voided, f.mark >> 13 AS day, s.school, s.class, s.grade, s.area, s.pack, s.item,
    f.mark >> 10 & 1 AS completed, CASE WHEN f.mark & 4096 <> 0 THEN f.amount END AS score_milli,
    CASE WHEN f.mark & 4096 = 0 THEN f.amount ELSE 0 END AS watched_ms, f.scene
    FROM fact f JOIN scene s ON s.id = f.scene;
CREATE RULE statement_changed AS ON UPDATE TO statement DO INSTEAD
    UPDATE fact SET mark = (mark & ~2048) | (NEW.voided::int << 11) WHERE fact.id = OLD.id;
CREATE RULE statement_gone AS ON DELETE TO statement DO INSTEAD DELETE FROM fact WHERE fact.id = OLD.id;
CREATE INDEX related_by_seq ON related(seq);
