"""By which words are tools found and described?"""
