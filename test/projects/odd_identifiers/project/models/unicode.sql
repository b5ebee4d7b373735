{{ config(alias='zoë_日本', materialized='table') }}
select 'ü' as "größe"
