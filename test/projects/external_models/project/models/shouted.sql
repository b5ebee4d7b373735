{{ config(location="files/shouted.CSV") }}
select id, region from {{ ref('sales') }}
