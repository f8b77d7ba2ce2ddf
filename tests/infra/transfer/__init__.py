"""Do backup, restore and move bring an installation whole from one place to another?"""
