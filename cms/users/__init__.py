"""Who may work in the CMS?"""
