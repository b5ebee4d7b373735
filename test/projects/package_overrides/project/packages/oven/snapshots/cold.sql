{% snapshot cold %}{{ config(unique_key='n', strategy='check', check_cols=['heat'], target_schema=target.schema) }}
select n, heat from {{ ref('crumbs') }}
{% endsnapshot %}
