"""Is everything done, and each effect there once, when workers, database, broker and store die at random?"""
