-- Schools, as the ministry names them; a code binds a box to one.
CREATE TABLE school (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    municipality TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (name, municipality)
);

-- Boxes that were enrolled, and what their last heartbeat said.
CREATE TABLE box (
    id TEXT PRIMARY KEY,
    school INTEGER NOT NULL REFERENCES school(id),
    enrolled_at TEXT NOT NULL,
    heard_at TEXT,
    reported_at TEXT,
    version TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0,
    quarantined INTEGER NOT NULL DEFAULT 0,
    disk_free_bytes INTEGER NOT NULL DEFAULT 0,
    disk_total_bytes INTEGER NOT NULL DEFAULT 0,
    clock_at TEXT,
    clock_trusted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX box_by_school ON box(school);

-- Packs installed on a box, by its last heartbeat.
CREATE TABLE box_pack (
    box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    pack TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (box, pack)
) WITHOUT ROWID;

-- Classes of a box, by its last heartbeat: a name such as 6/2 and a number of pupils, never who they are.
CREATE TABLE box_class (
    box TEXT NOT NULL REFERENCES box(id) ON DELETE CASCADE,
    class TEXT NOT NULL,
    name TEXT NOT NULL,
    grade INTEGER,
    pupils INTEGER NOT NULL,
    PRIMARY KEY (box, class)
) WITHOUT ROWID;

-- Long texts that statements repeat (agents, verbs, activities), each once.
CREATE TABLE term (
    id INTEGER PRIMARY KEY,
    value TEXT NOT NULL UNIQUE
);

-- Who may send and read statements. The secret itself is nowhere: only a hash keyed with a key outside the database.
CREATE TABLE credential (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    secret_hash BLOB NOT NULL,
    owner INTEGER NOT NULL REFERENCES term(id),
    box TEXT REFERENCES box(id),
    reads_all INTEGER NOT NULL DEFAULT 0,
    label TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX credential_by_box ON credential(box);

-- One-time codes for enrolment, as keyed hashes; `box` is who used it.
CREATE TABLE code (
    hash BLOB PRIMARY KEY,
    school INTEGER NOT NULL REFERENCES school(id),
    created_at TEXT NOT NULL,
    withdrawn_at TEXT,
    used_at TEXT,
    box TEXT REFERENCES box(id)
) WITHOUT ROWID;

-- People of the ministry who may look at the pages. `epoch` grows when all their sessions must end.
CREATE TABLE admin (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 1,
    created_at TEXT NOT NULL
);

-- What arrived in one request, as it came: a compressed JSON array. Never changed.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    credential INTEGER NOT NULL REFERENCES credential(id),
    stored_us INTEGER NOT NULL,
    first_seq INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    packed BLOB NOT NULL
);
CREATE INDEX batch_by_time ON batch(stored_us);

-- One narrow row a statement: what it is found by and counted by. The words are in its batch, at place `line`.
CREATE TABLE statement (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    batch INTEGER NOT NULL REFERENCES batch(id),
    line INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    digest BLOB NOT NULL,
    said_us INTEGER,
    actor INTEGER NOT NULL,
    verb INTEGER NOT NULL,
    object INTEGER NOT NULL,
    registration BLOB,
    voided INTEGER NOT NULL DEFAULT 0,
    day INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    area TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    score_milli INTEGER,
    watched_ms INTEGER NOT NULL
);
CREATE INDEX statement_by_actor ON statement(actor, seq);
CREATE INDEX statement_by_object ON statement(object, seq);
CREATE INDEX statement_by_verb ON statement(verb, seq);
CREATE INDEX statement_by_owner ON statement(owner, seq);
CREATE INDEX statement_by_registration ON statement(registration, seq) WHERE registration IS NOT NULL;

-- Agents and activities a statement mentions beside its actor and object; `member`: of a group that is one of these.
CREATE TABLE related (
    term INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    member INTEGER NOT NULL,
    PRIMARY KEY (term, seq)
) WITHOUT ROWID;

-- Which statement voids which; the voided one may still be on its way.
CREATE TABLE void (
    target BLOB NOT NULL,
    by_seq INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    any_owner INTEGER NOT NULL,
    PRIMARY KEY (target, by_seq)
) WITHOUT ROWID;

CREATE INDEX void_by_seq ON void(by_seq);

-- The latest titles of items and packs, per language.
CREATE TABLE title (
    term INTEGER NOT NULL REFERENCES term(id),
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (term, language)
) WITHOUT ROWID;

-- Roll-up: how much happened a day.
CREATE TABLE daily (
    day INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    area TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    verb INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    watched_ms INTEGER NOT NULL,
    PRIMARY KEY (day, school, class, grade, area, pack, item, verb)
) WITHOUT ROWID;

-- Roll-up: how many learners, at four levels (0 class, 1 area, 2 pack, 3 item). Fields below the level are empty.
CREATE TABLE cell (
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    school INTEGER NOT NULL,
    class INTEGER NOT NULL,
    grade INTEGER NOT NULL,
    area TEXT NOT NULL,
    pack INTEGER NOT NULL,
    item INTEGER NOT NULL,
    learners INTEGER NOT NULL DEFAULT 0,
    completed INTEGER NOT NULL DEFAULT 0,
    scored INTEGER NOT NULL DEFAULT 0,
    score_milli INTEGER NOT NULL DEFAULT 0,
    UNIQUE (level, school, class, grade, area, pack, item)
);

-- Who is counted in a cell, so that each is counted once: a pseudonym's term, the best score, the last day.
CREATE TABLE cell_learner (
    cell INTEGER NOT NULL REFERENCES cell(id),
    learner INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    best_milli INTEGER,
    last_day INTEGER NOT NULL,
    PRIMARY KEY (cell, learner)
) WITHOUT ROWID;
