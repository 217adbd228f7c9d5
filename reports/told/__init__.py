"""What people are told without asking: the morning digest, urgent notices, the all-clear, the dead-man."""
