select {{ function('helpers', 'half') }}(n) * 4
