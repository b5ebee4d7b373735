{{ config(materialized='counted_table', post_hook="update {{ this }} set id = id + 100") }}
select 1 as id
