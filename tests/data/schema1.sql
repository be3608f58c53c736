-- A database of schema 1 with a row in every table, as a box of version 0.1.0 may have it. Frozen with that release. Until
-- then, after a change of the first migration, make it anew from the top of the repository (and give new columns values):
--   M=schoolbox/db/migrations/0001_first.sql G=tests/data/schema1.sql
--   { sed '/^$/q' $G; cat $M; echo; sed -n '/^PRAGMA user_version/,$p' $G; } > $G.new && mv $G.new $G

-- Times end in _at and are UTC in ISO 8601; durations end in _s; texts per language are JSON objects.
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE pack (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    catalogue_version INTEGER NOT NULL,
    publisher TEXT NOT NULL,
    publisher_name TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    goals TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    area TEXT NOT NULL,
    grades TEXT NOT NULL,
    licence TEXT NOT NULL,
    authors TEXT NOT NULL,
    released_at TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    items INTEGER NOT NULL,
    duration_s REAL NOT NULL,
    installed_at TEXT NOT NULL,
    installed_order INTEGER NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX pack_area ON pack (area, subject);

CREATE TABLE unit (
    pack_id TEXT NOT NULL REFERENCES pack ON DELETE CASCADE,
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (pack_id, position)
) WITHOUT ROWID;

CREATE TABLE item (
    pack_id TEXT NOT NULL REFERENCES pack ON DELETE CASCADE,
    id TEXT NOT NULL,
    unit_position INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    duration_s REAL NOT NULL,
    questions INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    teacher_only INTEGER NOT NULL,
    licence TEXT NOT NULL,
    authors TEXT NOT NULL,
    PRIMARY KEY (pack_id, id)
) WITHOUT ROWID;
CREATE INDEX item_id ON item (id);

CREATE TABLE file (
    pack_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    ext TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    language TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (pack_id, item_id, position),
    FOREIGN KEY (pack_id, item_id) REFERENCES item ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX file_sha256 ON file (sha256);

-- Pages read these two only: what a publisher of today's registry has signed. A withdrawn publisher's packs stay on the
-- disk, hidden, until a technician decides.
CREATE VIEW shown_pack AS SELECT * FROM pack WHERE hidden = 0;
CREATE VIEW shown_item AS SELECT * FROM item WHERE pack_id IN (SELECT id FROM pack WHERE hidden = 0);

-- Folded words of every item and course (item_id is empty), for search; rebuilt from the manifests at any time. marks
-- holds words that nobody can type: the kind, and whether it is for staff only or hidden.
CREATE VIRTUAL TABLE item_words USING fts5 (
    title, words, marks, pack_id UNINDEXED, item_id UNINDEXED, tokenize = 'unicode61', prefix = '2 3'
);

CREATE TABLE school_class (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    grade INTEGER NOT NULL,
    shift TEXT NOT NULL DEFAULT '',
    archived_at TEXT
);

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    actor_id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('pupil', 'teacher', 'technician')),
    given_name TEXT NOT NULL,
    surname TEXT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    language TEXT NOT NULL DEFAULT '',
    secret_kind TEXT NOT NULL CHECK (secret_kind IN ('none', 'pin', 'password')),
    secret TEXT NOT NULL,
    created_at TEXT NOT NULL,
    seen_at TEXT,
    archived_at TEXT
);

CREATE TABLE membership (
    class_id INTEGER NOT NULL REFERENCES school_class ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    PRIMARY KEY (class_id, person_id)
) WITHOUT ROWID;
CREATE INDEX membership_person ON membership (person_id);

-- token_sha256 is the hash of what the cookie holds, so that a copied database signs nobody in.
-- seen_count counts minutes of use by the monotonic clock of one boot: a wrong wall clock must not end a lesson.
CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    seen_monotonic_s REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_person ON session (person_id);

CREATE TABLE progress (
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('started', 'done')),
    position_s REAL NOT NULL DEFAULT 0,
    segments TEXT NOT NULL DEFAULT '',
    watched_s REAL NOT NULL DEFAULT 0,
    sitting TEXT NOT NULL DEFAULT '',
    sitting_segments TEXT NOT NULL DEFAULT '',
    sitting_sent TEXT NOT NULL DEFAULT '',
    best_correct INTEGER NOT NULL DEFAULT 0,
    last_correct INTEGER NOT NULL DEFAULT 0,
    questions INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    touched_order INTEGER NOT NULL,
    touched_at TEXT NOT NULL,
    done_at TEXT,
    PRIMARY KEY (person_id, item_id)
) WITHOUT ROWID;
CREATE INDEX progress_recent ON progress (person_id, touched_order DESC);
CREATE INDEX progress_item ON progress (item_id);

CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    quiz_sha256 TEXT NOT NULL,
    questions INTEGER NOT NULL,
    registration TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT
);
CREATE INDEX attempt_person ON attempt (person_id, item_id, id);
CREATE UNIQUE INDEX attempt_open ON attempt (person_id, item_id) WHERE finished_at IS NULL;

CREATE TABLE answer (
    attempt_id INTEGER NOT NULL REFERENCES attempt ON DELETE CASCADE,
    question_id TEXT NOT NULL,
    response TEXT NOT NULL,
    correct INTEGER NOT NULL,
    answered_at TEXT NOT NULL,
    PRIMARY KEY (attempt_id, question_id)
) WITHOUT ROWID;

-- Statements not yet acknowledged by the hub. seq orders everything that happened on this box, whatever the clock said.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    statement BLOB NOT NULL
);
CREATE TABLE quarantine (
    seq INTEGER PRIMARY KEY,
    statement BLOB NOT NULL,
    reason TEXT NOT NULL,
    refused_at TEXT NOT NULL
);

-- What happened lately, for the technician: codes and ids only, never a name.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    happened_at TEXT NOT NULL,
    code TEXT NOT NULL,
    facts TEXT NOT NULL
);

PRAGMA user_version = 1;
INSERT INTO setting (key, value)
    VALUES ('box_id', '0123456789abcdef0123456789abcdef');
INSERT INTO pack (id, version, manifest_sha256, catalogue_version, publisher, publisher_name, title, summary, goals, language, subject, area, grades, licence, authors, released_at, size_bytes, items, duration_s, installed_at, installed_order, hidden)
    VALUES ('mash:thyesat-6', 1, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, 'mash', '{"sq":"Ministria e Arsimit"}', '{"sq":"Pjesët e një të tëre"}', '{}', '{}', 'sq', 'mathematics', 'math', '[6]', 'CC-BY-SA-4.0', '["Vlora Berisha"]', '2026-09-01T08:00:00Z', 0, 1, 60.0, '2026-09-01T08:00:00Z', 1, 0);
INSERT INTO unit (pack_id, position, title)
    VALUES ('mash:thyesat-6', 0, '{"sq":"Pjesët e një të tëre"}');
INSERT INTO item (pack_id, id, unit_position, position, kind, title, summary, language, duration_s, questions, pages, teacher_only, licence, authors)
    VALUES ('mash:thyesat-6', 'mash:pjeset', 0, 0, 'video', '{"sq":"Pjesët e një të tëre"}', '{}', 'sq', 60.0, 0, 0, 0, 'CC-BY-SA-4.0', '["Vlora Berisha"]');
INSERT INTO file (pack_id, item_id, position, role, sha256, ext, size_bytes, language, label)
    VALUES ('mash:thyesat-6', 'mash:pjeset', 0, 'video', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'mp4', 0, 'sq', '360p');
INSERT INTO item_words (title, words, marks, pack_id, item_id)
    VALUES ('pjeset e nje te tere', 'pjeset e nje te tere', '', 'mash:thyesat-6', 'mash:pjeset');
INSERT INTO school_class (id, name, grade, shift)
    VALUES (1, '6/2', 1, '');
INSERT INTO person (id, actor_id, role, given_name, surname, login, language, secret_kind, secret, created_at, seen_at)
    VALUES (1, '00000000000000000000000000000000', 'pupil', 'Arta', 'Krasniqi', 'arta.krasniqi', 'sq', 'none', '', '2026-09-01T08:00:00Z', '2026-09-01T08:00:00Z');
INSERT INTO membership (class_id, person_id)
    VALUES (1, 1);
INSERT INTO session (token_sha256, person_id, started_at, boot_id, seen_monotonic_s)
    VALUES ('dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd', 1, '2026-09-01T08:00:00Z', 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 0.0);
INSERT INTO progress (person_id, item_id, state, position_s, segments, watched_s, sitting, sitting_segments, sitting_sent, best_correct, last_correct, questions, passed, attempts, touched_order, touched_at, done_at)
    VALUES (1, 'mash:pjeset', 'started', 0.0, '0-31', 0.0, '', '', '', 0, 0, 0, 0, 0, 1, '2026-09-01T08:00:00Z', '2026-09-01T08:00:00Z');
INSERT INTO attempt (id, person_id, item_id, quiz_sha256, questions, registration, started_at, finished_at)
    VALUES (1, 1, 'mash:pjeset', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 0, '018f0000-0000-7000-8000-000000000000', '2026-09-01T08:00:00Z', '2026-09-01T08:00:00Z');
INSERT INTO answer (attempt_id, question_id, response, correct, answered_at)
    VALUES (1, 'q1', '["b"]', 0, '2026-09-01T08:00:00Z');
INSERT INTO outbox (seq, statement)
    VALUES (1, X'7b7d');
INSERT INTO quarantine (seq, statement, reason, refused_at)
    VALUES (1, X'7b7d', '400: no verb', '2026-09-01T08:00:00Z');
INSERT INTO event (id, happened_at, code, facts)
    VALUES (1, '2026-09-01T08:00:00Z', 'pack_installed', '{"pack":"mash:thyesat-6"}');
