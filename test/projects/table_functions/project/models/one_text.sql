{{ config(materialized='table_function', parameters='least', alias='at_least', post_hook="create or replace table {{ this.schema }}.called as select count(*) as n from {{ this }}(15)") }}
select * from {{ ref('sales') }} where amount >= least
