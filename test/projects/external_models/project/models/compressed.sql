{{ config(options={'codec': 'zstd', 'row_group_size': '1000'}, pre_hook="select 1", post_hook="create or replace view {{ this.schema }}.after_{{ this.name }} as select count(*) as n from {{ this }}") }}
select * from {{ ref('sales') }}
