{# Statistics as other adapters have them, and ways in which the question fails. #}
{% macro get_catalog_relations(information_schema, relations) %}
  {% set mode = var('mode') %}
  {% if mode == 'stats' %}
    {% set asked %}
      select
        '{{ information_schema.database }}' as table_database, 'GOLDEN' as table_schema, 'One' as table_name, 'ODD' as table_type,
        5 as table_comment, null as table_owner, 'a' as column_name, 1 as column_index, 'int' as column_type, '' as column_comment,
        'Rows' as "stats:rows:label", 12 as "stats:rows:value", 'n' as "stats:rows:description", true as "stats:rows:include",
        'Hidden' as "stats:hid:label", 12.5 as "stats:hid:value", 'n' as "stats:hid:description", false as "stats:hid:include",
        'Day' as "stats:day:label", date '2020-01-01' as "stats:day:value", null as "stats:day:description", true as "stats:day:include",
        'Text' as "stats:text:label", 'txt' as "stats:text:value", null as "stats:text:description", true as "stats:text:include",
        'None' as "stats:none:label", null as "stats:none:value", 'nn' as "stats:none:description", true as "stats:none:include",
        'Part' as "stats:part:label", 2.50 as "stats:part:value", 'nn' as "stats:part:description", true as "stats:part:include",
        'Time' as "stats:time:label", timestamp '2020-01-01 02:03:04.5' as "stats:time:value", 'nn' as "stats:time:description", true as "stats:time:include"
    {% endset %}
    {{ return(run_query(asked)) }}
  {% elif mode == 'fails' %}
    {{ return(run_query('select nonsense from no_such_schema.nowhere')) }}
  {% elif mode == 'empty' %}
    {{ return(run_query("select 'x' as table_database, 'y' as table_schema, 'x' as table_name, 'column' as column_name where 1 = 0")) }}
  {% endif %}
  {{ return(adapter.dispatch('get_catalog_relations', 'dbt')(information_schema, relations)) }}
{% endmacro %}
