def no_entry(n):
    return n * 3