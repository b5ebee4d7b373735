{{ config(options={'per_thread_output': true, 'overwrite_or_ignore': true}) }}
select * from {{ ref('sales') }}
