select * from {{ ref('grown_people') }} where is_senior and age < 70
