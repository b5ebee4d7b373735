{# Runs a model's query over fixtures. An empty temporary table tells the types of its columns. #}
{% materialization unit, default -%}
  {%- set header = (config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS) or '' -%}
  {%- set expected_rows = config.get('expected_rows') -%}
  {%- set compared = expected_rows[0].keys() if expected_rows else get_columns_in_query(sql) -%}

  {%- set probe = make_temp_relation(this.incorporate(type='table')) -%}
  {%- do run_query(get_create_table_as_sql(True, probe, get_empty_subquery_sql(sql))) -%}
  {%- set types = {} -%}
  {%- set quoted = {} -%}
  {%- for column in adapter.get_columns_in_relation(probe) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
  {%- endfor -%}

  {%- set expected_sql = config.get('expected_sql') or get_expected_sql(expected_rows, types, quoted) -%}
  {%- set compared_quoted = [] -%}
  {%- for name in compared -%}
    {%- do compared_quoted.append(quoted[name | lower]) -%}
  {%- endfor -%}

  {%- set unit_test_sql = get_unit_test_sql(sql, expected_sql, compared_quoted) -%}
  {%- call statement('main', fetch_result=True) -%}
    {{ header }}
    {{ unit_test_sql }}
  {%- endcall -%}

  {%- do adapter.drop_relation(probe) -%}
  {%- do return({'relations': []}) -%}
{%- endmaterialization %}
