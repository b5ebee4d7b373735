select id, degrees from "goldendb"."golden_warm"."heats"
-- depends_on: "goldendb"."golden_warm"."heats"