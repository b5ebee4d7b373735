{% snapshot over_a_view %}
{{ config(unique_key='id', strategy='timestamp', updated_at='changed') }}
select * from {{ ref('things') }}
{% endsnapshot %}
