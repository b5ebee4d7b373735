{{ config(alias='plain') }}
select 1 as same_alias_in_another_schema
