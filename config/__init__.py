"""What is declared: settings, metrics, fields, standards, forms, words people read. Decides nothing."""
