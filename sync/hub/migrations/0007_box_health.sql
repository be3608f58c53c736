-- How warm a box said it is, and how far its clock was from the hub's, in seconds, when it was heard.
ALTER TABLE box ADD COLUMN temperature_c REAL;
ALTER TABLE box ADD COLUMN clock_error_s INTEGER;
