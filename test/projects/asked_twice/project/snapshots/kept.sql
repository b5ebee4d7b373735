{% snapshot kept %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
-- depends_on: {{ ref('customers') }} {{ ref('customers') }}
select id, spent from {{ source('shop', 'customers') }} where id in (select id from {{ source('shop', 'customers') }})
{% endsnapshot %}
