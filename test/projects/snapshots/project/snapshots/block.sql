{% snapshot orders_in_a_block %}
{{ config(strategy='timestamp', unique_key='id', updated_at='updated_at', target_schema=target.schema) }}
select id, status, updated_at from {{ ref('orders') }} where day = {{ var('day') }}
{% endsnapshot %}
