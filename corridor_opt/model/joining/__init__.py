"""Drafts of networks: what others drew is cleaned, joined, cut at borders, and becomes a network."""
