{{ config(incremental_strategy='from_package') }}
select 1 as id, 'model' as said
