{{ config(materialized='incremental', grants={'+select': ['golden_writer'] if var('step') == 2 else []}) }}
select * from {{ ref('people') }}
