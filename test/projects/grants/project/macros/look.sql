{# Roles are the server's, not the database's: they may be there already. #}
{% macro make_roles() %}
  {% for role in ['golden_reader', 'golden_writer', 'Golden Other'] %}
    do $$ begin create role "{{ role }}"; exception when duplicate_object or unique_violation then null; end $$;
  {% endfor %}
{% endmacro %}

{% macro look() %}
  create table if not exists {{ target.schema }}.seen (step int, name text, grantee text, privilege text);
  insert into {{ target.schema }}.seen
  select {{ var('step') }}, c.relname::text, g.grantee::regrole::text, g.privilege_type
  from pg_class c, aclexplode(c.relacl) g
  where c.relnamespace = '{{ target.schema }}'::regnamespace and g.grantee <> g.grantor and c.relname <> 'seen';
{% endmacro %}
