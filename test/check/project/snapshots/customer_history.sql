{% snapshot customer_history %}
{{ config(unique_key='customer_id', strategy='check', check_cols=['email', 'country']) }}
select customer_id, email, country from {{ ref('stg_customers') }}
{% endsnapshot %}
