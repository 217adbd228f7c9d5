"""The service: the alarm clock that asks what is due, and the pages that tell."""
