select n / 2.0
