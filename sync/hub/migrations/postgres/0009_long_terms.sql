-- A B-tree takes no text beyond 2,704 bytes, and a term may be longer: a hash keeps each once, however long.
ALTER TABLE term DROP CONSTRAINT term_value_key;
ALTER TABLE term ADD CONSTRAINT term_once EXCLUDE USING hash (value WITH =);
