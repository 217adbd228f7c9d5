"""One file for each group of commands; reports/cli.py lists them."""
