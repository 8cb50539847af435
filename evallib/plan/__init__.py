"""What is promised, asked, measured and agreed, and the evaluator's own words about it."""
