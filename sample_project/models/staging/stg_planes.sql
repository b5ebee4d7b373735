select
    tailnum as tail_number,
    year as year_built,
    manufacturer,
    model,
    engine,
    engines,
    seats
from {{ ref('planes') }}
