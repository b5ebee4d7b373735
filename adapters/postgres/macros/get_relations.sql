{#
  Which view reads from which relation. A view's query is a rule (pg_rewrite) that hangs on the view internally ('i') and on every
  relation and column it reads from; system tables are left out.
#}
{% macro postgres__get_relations() -%}
  {%- call statement('relations', fetch_result=True) %}
    select distinct
      dependent_schema.nspname as dependent_schema,
      dependent.relname as dependent_name,
      referenced_schema.nspname as referenced_schema,
      referenced.relname as referenced_name
    from pg_depend as own
    join pg_class as dependent on dependent.oid = own.refobjid
    join pg_namespace as dependent_schema on dependent_schema.oid = dependent.relnamespace
    join pg_depend as reads
      on reads.objid = own.objid
      and reads.classid = 'pg_rewrite'::regclass
      and reads.refclassid = 'pg_class'::regclass
      and reads.refobjid != own.refobjid
    join pg_class as referenced on referenced.oid = reads.refobjid
    join pg_namespace as referenced_schema on referenced_schema.oid = referenced.relnamespace
    where own.classid = 'pg_rewrite'::regclass
      and own.refclassid = 'pg_class'::regclass
      and own.deptype = 'i'
      and referenced_schema.nspname != 'information_schema'
      and referenced_schema.nspname not like 'pg\_%'
    order by 1, 2, 3, 4;
  {% endcall -%}
  {%- do return(load_result('relations').table) -%}
{%- endmacro %}

{# The name under which the adapter once called it. #}
{% macro postgres_get_relations() -%}
  {%- do return(postgres__get_relations()) -%}
{%- endmacro %}
