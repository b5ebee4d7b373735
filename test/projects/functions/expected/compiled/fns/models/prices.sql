select id, "goldendb"."golden"."price_with_tax"(amount) as price, "goldendb"."golden"."half"(amount) as half,
  "goldendb"."golden_extra"."double_half"(amount) as doubled, "goldendb"."golden_extra"."largest"(25) as largest
from "goldendb"."golden"."amounts"