{#
  A seed that is made anew takes the place of the old one like any other table, so that views over it stay. All in the transaction of the load.
  But not with the command `seed`: its full refresh is known to take along what hangs on a seed (dbt's own tests of adapters ask for that).
#}
{% macro postgres__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
  {%- if not full_refresh -%}
    {%- do return(default__reset_csv_table(model, full_refresh, old_relation, agate_table)) -%}
  {%- endif -%}
  {%- set backup = make_backup_relation(old_relation, old_relation.type) -%}
  {%- do drop_relation_if_exists(load_cached_relation(backup)) -%}
  {%- set views = hold_dependent_views(old_relation) if flags.WHICH != 'seed' else false -%}
  {%- do adapter.rename_relation(old_relation, backup) -%}
  {%- set create_sql = create_csv_table(model, agate_table) -%}
  {%- do move_dependent_views(views, backup, old_relation) -%}
  {%- do adapter.drop_relation(backup) -%}
  {%- do return(create_sql) -%}
{%- endmacro %}
