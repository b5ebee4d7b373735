select max(age) from {{ ref('grown_people') }}
