"""Ideas without a wire: clock, ids, money, ledger, limits, tasks. Knows no HTTP, no YAML, no provider."""
