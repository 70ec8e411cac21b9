"""How the shipped models, weights and golden files are made: see README.md."""
