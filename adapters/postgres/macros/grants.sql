{# Grants by the current role to others. #}
{% macro postgres__get_show_grant_sql(relation) %}
  select grantee, privilege_type
  from {{ relation.information_schema('role_table_grants') }}
  where grantor = current_role
    and grantee != current_role
    and table_schema = '{{ relation.schema | replace("'", "''") }}'
    and table_name = '{{ relation.identifier | replace("'", "''") }}'
{% endmacro %}

{# A relation that takes another's name starts without grants. #}
{% macro postgres__copy_grants() -%}
  {%- do return(False) -%}
{%- endmacro %}
