"""The closed survey on behaviour: who is asked, answers that nobody can open, what is left of them."""
