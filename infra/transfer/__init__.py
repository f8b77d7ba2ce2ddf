"""Backup, restore and move: an installation in one portable form, whatever databases and stores it runs on."""
