{{ config(materialized='table') }}
select cast(split_part(current_query(), '*/', 1) as varchar(500)) as comment_before
