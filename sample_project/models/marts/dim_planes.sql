-- Tail numbers come from the flights, since the register lacks some of them.
with flown as (

    select tail_number, cast(count(*) as integer) as flights
    from {{ ref('stg_flights') }}
    where tail_number is not null
    group by tail_number

)

select
    flown.tail_number,
    planes.manufacturer,
    planes.model,
    planes.seats,
    2013 - planes.year_built as age_years,
    case
        when planes.year_built is null then 'unknown'
        when 2013 - planes.year_built < 5 then 'new'
        when 2013 - planes.year_built < 15 then 'middle'
        else 'old'
    end as age_band,
    flown.flights
from flown
left join {{ ref('stg_planes') }} as planes on planes.tail_number = flown.tail_number
