{#
  For on-run-start with a database in memory: views over the files of the external models that the selected ones read from but that
  are not selected themselves.
#}
{% macro register_upstream_external_models() -%}
{%- if execute -%}
  {%- set seen = [] -%}
  {%- set schemas = [] -%}
  {%- for selected in selected_resources if selected in graph['nodes'] -%}
    {%- for id in graph['nodes'][selected]['depends_on']['nodes'] if id not in seen and id not in selected_resources -%}
      {%- do seen.append(id) -%}
      {%- set node = graph['nodes'].get(id) -%}
      {%- if node and node.resource_type in ('model', 'seed') and node.config.materialized == 'external' -%}
        {%- set relation = api.Relation.create(database=node['database'], schema=node['schema'], identifier=node['alias']) -%}
        {%- set location = node.config.get('location', external_location(relation, node.config)) -%}
        {%- set read_location = adapter.external_read_location(location, render_write_options(node.config)) -%}
        {%- if relation.schema not in schemas -%}
          {%- do schemas.append(relation.schema) -%}
          {%- call statement('main', language='sql') -%}
            create schema if not exists {{ relation.without_identifier() }}
          {%- endcall -%}
        {%- endif -%}
        {%- call statement('main', language='sql') -%}
          create or replace view {{ relation }} as (
            select * from '{{ duckdb_path_text(read_location) }}'
          );
        {%- endcall -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if schemas -%}
    {%- do adapter.commit() -%}
  {%- endif -%}
{%- endif %}
{% endmacro %}
