"""What does staff see and do about releases in the admin?"""
