{{ config(materialized='materialized_view', alias='Odd Name', indexes=[{'columns': ['id'], 'unique': true}]) }}
select id from {{ ref('sales') }}
