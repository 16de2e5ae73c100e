"""Makes requests that the documents refuse, each for one fault, and tells which error that has to get."""
