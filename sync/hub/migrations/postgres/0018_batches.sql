-- Rows of a batch are found by `fact_by_landed` here, and nothing refers to batches.
SELECT NULL;
