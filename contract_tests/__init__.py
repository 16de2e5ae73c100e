"""One set of claims about voice APIs, judged on any base URL by the facts in `specs/`; knows nothing of mockvoice."""
