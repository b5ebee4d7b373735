select
    plane_age_band as age_band,
    count(distinct tail_number) as planes,
    {{ delay_summary() }}
from {{ ref('fct_flights') }}
where plane_age_band is not null
group by plane_age_band
