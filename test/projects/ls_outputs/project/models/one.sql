{{ config(tags=['x'], meta={'owner': 'me'}) }}
select * from {{ source('raw', 't') }}
