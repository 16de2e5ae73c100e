"""The machinery behind the claims: facts, plans, guarded sending, verdicts, masking and reports."""
