{{ config(materialized=var('how')) }}
select '{{ var('how') }}' as how, {{ 'true' if is_incremental() else 'false' }} as added
