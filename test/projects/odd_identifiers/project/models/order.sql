{{ config(materialized='table') }}
select "From", "group by" from {{ ref('Select') }}
