select id, now() as moment, id * 2 as doubled, 'stamped' as me, 'build' as which
from "goldendb"."golden"."from_seed"