"""A pipeline of functions at one topic: each takes what is meant for it, and says who is next."""
