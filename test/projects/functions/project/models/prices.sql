select id, {{ function('price_with_tax') }}(amount) as price, {{ function('half') }}(amount) as half,
  {{ function('double_half') }}(amount) as doubled, {{ function('largest') }}(25) as largest
from {{ ref('amounts') }}
