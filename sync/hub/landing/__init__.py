"""Taking in at a country's scale, on PostgreSQL: batches are landed at once and indexed later (docs/hub-country.md)."""
