
select
  paid_on,
  sum(case when method = 'card' then amount else 0 end) as card_amount,
  sum(case when method = 'cash' then amount else 0 end) as cash_amount,
  sum(case when method = 'coupon' then amount else 0 end) as coupon_amount
from "goldendb"."golden"."payments"
group by paid_on