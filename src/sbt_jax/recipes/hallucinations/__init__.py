"""Hallucinations: what a model says of people whom it knows, hardly knows, or not."""
