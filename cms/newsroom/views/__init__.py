"""How does staff send an issue, and watch it go out?"""
