{# Counts what the test's query finds. Failures that are to be kept go into a relation first, and are counted there. #}
{% materialization test, default -%}
  {%- set header = (config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS) or '' -%}
  {%- set counted_sql = get_limit_subquery_sql(sql, config.get('limit')) -%}
  {%- set relations = [] -%}

  {%- if should_store_failures() -%}
    {%- set kind = config.get('store_failures_as') or 'table' -%}
    {%- if kind not in ['table', 'view'] -%}
      {%- do exceptions.raise_compiler_error(
        "'" ~ kind ~ "' is not a valid value for `store_failures_as`. Accepted values are: ['ephemeral', 'table', 'view']"
      ) -%}
    {%- endif -%}
    {%- set kept = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type=kind) -%}

    {%- set old = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
    {%- if old -%}
      {#- Out of the way and not yet gone, in the transaction of the new one -#}
      {%- set backup = make_backup_relation(kept, old.type) -%}
      {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
      {%- set views = hold_dependent_views(old) -%}
      {%- do adapter.rename_relation(old, backup) -%}
    {%- endif -%}
    {%- call statement(auto_begin=True) -%}
      {{ header }}
      {{ get_create_sql(kept, counted_sql) }}
    {%- endcall -%}
    {%- if old -%}
      {%- do move_dependent_views(views, backup, kept) -%}
      {%- do adapter.drop_relation(backup) -%}
    {%- endif -%}
    {%- do relations.append(kept) -%}
    {%- set counted_sql = 'select * from ' ~ kept -%}
    {%- do adapter.commit() -%}
  {%- endif -%}

  {%- call statement('main', fetch_result=True) -%}
    {{ header }}
    {{ get_test_sql(counted_sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none) }}
  {%- endcall -%}
  {%- do return({'relations': relations}) -%}
{%- endmaterialization %}
