"""Looking into media files: is this one that every phone in the class can open, and how long is it?"""
