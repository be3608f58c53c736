"""The drawings a lesson can ask for, and the stage that moves them in."""
