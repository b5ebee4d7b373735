{{ config(materialized='table', contract={'enforced': true, 'alias_types': false}) }} select cast(1 as integer) as id, cast('a' as varchar) as name
