"""Root's part of an update: checks what the box brought, unpacks it, tries it, and goes back by itself (UPDATES 6)."""
