{{ config(materialized='table', alias='Odd Names', indexes=[{'columns': ['code']}]) }}
select * from {{ ref('codes') }}
