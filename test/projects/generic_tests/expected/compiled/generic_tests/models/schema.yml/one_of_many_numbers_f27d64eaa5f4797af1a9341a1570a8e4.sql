
-- [1, 2, 3, "it's", 1.5, True, None] {'strict': False, 'labels': ['x', 'y']} x
select id from "goldendb"."golden"."numbers" where id not in (1, 2, 3, 1.5)
