{{ config(materialized='table', grants={'select': 'golden_writer', '+delete': ['golden_reader', 'golden_writer']} if var('step') < 3 else {}) }}
select * from {{ ref('people') }}
