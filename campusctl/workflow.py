"""The corridor: load → resolve → render → observe → diff → plan → guard → apply → verify → record."""
