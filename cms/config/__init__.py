"""How is the CMS put together and started?"""
