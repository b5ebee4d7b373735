{{ config(materialized='table') }}
select p.name, c.name as city from {{ source('files', 'people') }} p join {{ source('files', 'cities') }} c using (id)
