{% snapshot filtered %}
{{ config(strategy='timestamp', updated_at='changed_at', target_schema='kept', alias='filtered_people') }}
select * from {{ ref('people') }} where part = 'k1'
{% endsnapshot %}

{% snapshot keyed_by_expression %}
{{ config(strategy='check', check_cols=['city'], unique_key="part || '-' || id", post_hook="insert into {{ target.schema }}.notes select 'after {{ this.identifier }}'") }}
select * from {{ ref('people') }}
{% endsnapshot %}
