-- A batch that goes must have no statements left: they are looked for by it.
CREATE INDEX statement_by_batch ON statement(batch);
