"""Recipes of chapter 19."""
