"""A backend of nx arrays that are kept in PyTorch tensors.

Importing it imports no PyTorch; the first array made on the backend does.
"""
