{# `unlogged` tables are configured; under a contract the table is declared first and filled in the same send. #}
{% macro postgres__create_table_as(temporary, relation, sql) -%}
  {%- set header = config.get('sql_header', none) -%}
  {%- set kind = 'temporary ' if temporary else 'unlogged ' if config.get('unlogged', default=false) else '' -%}
  {%- set contract = config.get('contract') -%}
  {%- if contract.enforced -%}
    {%- do get_assert_columns_equivalent(sql) -%}
  {%- endif %}
  {{ header if header is not none }}
  create {{ kind }}table {{ relation }}
  {%- if contract.enforced and not temporary %}
  {{ get_table_columns_and_constraints() }} ;
  insert into {{ relation }} (
    {{ adapter.dispatch('get_column_names', 'dbt')() }}
  )
  {%- set sql = get_select_subquery(sql) %}
  {%- else %}
  as
  {%- endif %}
  (
    {{ sql }}
  );
{%- endmacro %}
