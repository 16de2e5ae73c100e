"""Shows what the contract suite finds and what it leaves alone; and that each piece of its kit can be wrong."""
