{{ config(materialized='table', persist_docs={}) }} select id, name from {{ ref('people') }}
