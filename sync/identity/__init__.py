"""The identity office: allots `name.surname@domain` once in a country, apart from all records (PROTOCOL section 10)."""
