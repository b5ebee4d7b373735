{{ config(format='json') }}
select * from {{ ref('plain') }}
