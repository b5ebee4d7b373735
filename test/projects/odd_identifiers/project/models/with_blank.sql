{{ config(alias='with blank', materialized='table') }}
select * from {{ ref('MixedCase') }}
