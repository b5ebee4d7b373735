{{ config(incremental_strategy='parts.from_package') }}
select 1 as id, 'model' as said
