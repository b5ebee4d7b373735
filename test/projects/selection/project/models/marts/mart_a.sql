{{ config(meta={'level': 2}) }}
select * from {{ ref('middle') }}
