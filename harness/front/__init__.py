"""What `import harness` offers, one file a function; `harness/__init__.py` loads them when they are asked for."""
