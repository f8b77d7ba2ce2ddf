"""Which organisations read our releases, with which keys, and where do they want to hear of news?"""
