{#
  Brings the grants on a relation to what is configured. When nothing can be left from before, the configured ones are granted;
  else the present ones are asked for, and only the difference is revoked and granted.
#}
{% macro apply_grants(relation, grant_config, should_revoke) -%}
  {%- do return(adapter.dispatch('apply_grants', 'dbt')(relation, grant_config, should_revoke)) -%}
{%- endmacro %}

{% macro default__apply_grants(relation, grant_config, should_revoke=True) -%}
  {%- if not grant_config -%}
    {%- do return('') -%}
  {%- endif -%}

  {%- set to_grant = grant_config -%}
  {%- set to_revoke = {} -%}
  {%- if should_revoke -%}
    {%- set present = adapter.standardize_grants_dict(run_query(get_show_grant_sql(relation))) -%}
    {%- set to_grant = diff_of_two_dicts(grant_config, present) -%}
    {%- set to_revoke = diff_of_two_dicts(present, grant_config) -%}
    {%- if not to_grant and not to_revoke -%}
      {%- do log('On ' ~ relation.render() ~ ': All grants are in place, no revocation or granting needed.') -%}
      {%- do return('') -%}
    {%- endif -%}
  {%- endif -%}

  {%- set statements = get_dcl_statement_list(relation, to_revoke, get_revoke_sql)
                     + get_dcl_statement_list(relation, to_grant, get_grant_sql) -%}
  {%- if statements -%}
    {%- do call_dcl_statements(statements) -%}
  {%- endif -%}
{%- endmacro %}

{# Could grants of an earlier run be on the relation? They stay when rows are added; when it is replaced, copy_grants() knows. #}
{% macro should_revoke(existing_relation, full_refresh_mode=True) -%}
  {%- if not existing_relation -%}
    {%- do return(False) -%}
  {%- endif -%}
  {%- do return(copy_grants() if full_refresh_mode else True) -%}
{%- endmacro %}

{# Does a relation that replaces another take over its grants? Without knowing better: yes, which costs one query. #}
{% macro copy_grants() -%}
  {%- do return(adapter.dispatch('copy_grants', 'dbt')()) -%}
{%- endmacro %}

{% macro default__copy_grants() -%}
  {%- do return(True) -%}
{%- endmacro %}
