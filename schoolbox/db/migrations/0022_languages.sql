-- Serbian pages come in two scripts, each with a tag of its own; without a script it was Cyrillic.
UPDATE person SET language = 'sr-Cyrl' WHERE language = 'sr';
