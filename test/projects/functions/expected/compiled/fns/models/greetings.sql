
select "goldendb"."golden"."say_hello"('you') as short, "goldendb"."golden"."say_hello"('you', '?') as long