{{ config(materialized='view', tags=['in_file'], meta={'tier': 3, 'in_file': True}) }}
select 2 as id, '{{ config.get("materialized") }}' as mat, '{{ config.get("nothing", "fallback") }}' as fallback, '{{ config.get("custom_key") }}' as custom
