{{ config(materialized='table', alias='Odd "Name"' if false else 'Odd Name', persist_docs={'relation': true, 'columns': false}) }} select id, name from {{ ref('people') }}
