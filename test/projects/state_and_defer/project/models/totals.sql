{{ config(materialized='table', post_hook="select 1") }}
select name, sum(amount) as total, '{{ ref('orders').schema }} {{ ref('renamed').identifier }}' as read_from from {{ ref('named') }} group by 1
