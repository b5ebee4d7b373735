{% snapshot sn %}
{{ config(unique_key="id", strategy="check", check_cols="all") }}
select * from {{ ref("s") }}
{% endsnapshot %}
