{{ config(materialized='view', persist_docs={'columns': true, 'relation': false}) }} select id, name from {{ ref('people') }}
