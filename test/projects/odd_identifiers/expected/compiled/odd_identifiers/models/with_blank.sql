
select * from "goldendb"."golden_Mixed Case"."MixedCase"