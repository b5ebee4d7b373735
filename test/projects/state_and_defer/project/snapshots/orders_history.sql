{% snapshot orders_history %}
{{ config(unique_key="id", strategy="check", check_cols=["amount"], target_schema=target.schema) }}
select id, amount from {{ ref("orders") }}
{% endsnapshot %}
