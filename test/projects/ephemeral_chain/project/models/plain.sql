select * from {{ ref('grown_people') }}
