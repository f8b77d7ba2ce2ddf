"""What has been let out, what was taken back, and what says so?"""
