select 1 as a, '[hello
]' as word, False as compiled