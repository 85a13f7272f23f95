"""What is remembered: runs, steps, locks, findings, the audit trail. The only room that touches the database."""
