select n + 1
