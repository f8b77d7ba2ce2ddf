"""Which partners are there?"""
