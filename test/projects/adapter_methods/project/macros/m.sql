{% macro dbt_columns(relation) %}
  {% if execute %}{{ return("'" ~ adapter.get_columns_in_relation(relation) | length ~ "'") }}{% endif %}
  {{ return("'none'") }}
{% endmacro %}

{% macro make_and_drop() %}
  {% set schema = api.Relation.create(database=target.database, schema='golden_extra') %}
  {% do adapter.create_schema(schema) %}
  {% set t = schema.incorporate(path={'identifier': 'made_by_hand'}, type='table') %}
  {% do run_query('create table ' ~ t ~ ' (id integer)') %}
  {% set u = t.incorporate(path={'identifier': 'renamed'}) %}
  {% do adapter.rename_relation(t, u) %}
  {% do run_query('insert into ' ~ u ~ ' values (1)') %}
  {% do run_query('commit') if target.type == 'postgres' %}
  {% set v = schema.incorporate(path={'identifier': 'dropped'}, type='table') %}
  {% do run_query('create table ' ~ v ~ ' (id integer)') %}
  {% do adapter.drop_relation(v) %}
  {% do run_query('commit') if target.type == 'postgres' %}
{% endmacro %}
