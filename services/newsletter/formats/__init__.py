"""How are dates written, where Django's way is not ours?"""
