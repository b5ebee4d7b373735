{# The texts. An adapter overrides those that its database writes differently. #}
{% macro get_show_grant_sql(relation) -%}
  {%- do return(adapter.dispatch('get_show_grant_sql', 'dbt')(relation)) -%}
{%- endmacro %}

{% macro default__get_show_grant_sql(relation) -%}
  show grants on {{ relation.render() }}
{%- endmacro %}

{% macro get_grant_sql(relation, privilege, grantees) -%}
  {%- do return(adapter.dispatch('get_grant_sql', 'dbt')(relation, privilege, grantees)) -%}
{%- endmacro %}

{% macro default__get_grant_sql(relation, privilege, grantees) -%}
  grant {{ privilege }} on {{ relation.render() }} to {{ quern_grantees(grantees) | join(', ') }}
{%- endmacro %}

{#
  Grantees as SQL names them: as written, as in dbt, where it is a name (also in quotes, of a group or a role), else in quotes: addresses of people,
  names with a dash, and whatever else a variable of the environment may hold.
#}
{% macro quern_grantees(grantees) -%}
  {%- set named = [] -%}
  {%- for grantee in grantees -%}
    {%- set plain = modules.re.match('^(?:(?:group|role|user|share)\\s+)?(?:[\\w$]+|"(?:[^"]|"")+")$', grantee | string, modules.re.IGNORECASE) -%}
    {%- do named.append(grantee if plain else adapter.quote_name(grantee)) -%}
  {%- endfor -%}
  {%- do return(named) -%}
{%- endmacro %}

{% macro get_revoke_sql(relation, privilege, grantees) -%}
  {%- do return(adapter.dispatch('get_revoke_sql', 'dbt')(relation, privilege, grantees)) -%}
{%- endmacro %}

{% macro default__get_revoke_sql(relation, privilege, grantees) -%}
  {%- set quoted = [] -%}
  {%- for grantee in grantees -%}
    {%- do quoted.append(adapter.quote_name(grantee)) -%}
  {%- endfor -%}
  revoke {{ privilege }} on {{ relation.render() }} from {{ quoted | join(', ') }}
{%- endmacro %}
