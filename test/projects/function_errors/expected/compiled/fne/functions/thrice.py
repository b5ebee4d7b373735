def thrice(n):
    return n * 3