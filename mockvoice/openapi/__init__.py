"""From YAML to a checked, frozen model of one provider. Knows OpenAPI and our x- tables, no HTTP."""
