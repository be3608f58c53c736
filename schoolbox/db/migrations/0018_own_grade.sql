-- The grade of one pupil, where a class has pupils of several grades; NULL for that of the class.
ALTER TABLE person ADD COLUMN grade INTEGER;
