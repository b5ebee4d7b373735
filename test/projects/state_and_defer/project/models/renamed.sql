{{ config(alias='other_name', materialized='view') }}
select * from {{ ref('named') }}
