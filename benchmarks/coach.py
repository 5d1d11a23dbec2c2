"""Learn the coach's weights and measure them: benchmarks/coach.py PRACTICE.tsv STATEMENTS.jsonl … [--write]."""
