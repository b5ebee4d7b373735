{{ config(materialized='materialized_view', on_configuration_change='continue') }} select 1 as id
