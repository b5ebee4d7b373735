{#
  Views that read from a relation directly are written again under their own names, over the new relation, in the transaction of the swap:
  who reads them sees the old rows or the new ones. What reads from those views stays as it is. A view that the new relation does not suit
  (a column has gone or has another type), one that belongs to somebody else and a materialized view fall with the old relation, as in dbt.

  Locks are taken in the order in which a reader takes them, views before what they read from, and by number among views, so that two swaps
  below the same views do not wait for each other: the second stands still before it has locked anything that the first reads.
#}
{% macro postgres__hold_dependent_views(relation) -%}
  {#- Asked before each swap, so that it is the cheapest question: most relations have none -#}
  {%- set any_sql -%}
    select 1 from {{ postgres__rules_that_read(relation) }} limit 1
  {%- endset -%}
  {%- if (run_query(any_sql) | length) == 0 -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set views_sql = postgres__dependents_sql(relation) ~ " where dependent.relkind = 'v' and pg_catalog.pg_has_role(dependent.relowner, 'USAGE')" -%}
  {%- set block -%}
    declare
      held record;
      views json[] = '{}';
    begin
      for held in {{ views_sql }} order by dependent.oid loop
        begin
          -- changes nothing, and locks the view alone: LOCK would lock what it reads from as well
          execute pg_catalog.format('alter view %I.%I owner to %I', held.schema, held.name, held.owner);
          views = views || pg_catalog.json_build_object(
            'name', pg_catalog.format('%I.%I', held.schema, held.name),
            'definition', pg_catalog.format(
              '%s as %s',
              ' with (' || pg_catalog.array_to_string(held.options, ', ') || ')',
              pg_catalog.pg_get_viewdef(held.oid)
            )
          );
        exception when undefined_table then
          null; -- it has fallen with another relation meanwhile
        end;
      end loop;
      perform pg_catalog.set_config('quern.held_views', pg_catalog.to_json(views)::text, false);
    end
  {%- endset -%}
  {%- call statement('hold_dependent_views') -%}
    do '{{ block | replace("'", "''") }}'
  {%- endcall -%}
  {%- do return(true) -%}
{%- endmacro %}

{# What reads from the relation directly. #}
{% macro postgres__dependents_sql(relation) -%}
  select distinct
    dependent.oid,
    space.nspname as schema,
    dependent.relname as name,
    pg_catalog.pg_get_userbyid(dependent.relowner) as owner,
    dependent.reloptions as options
  from {{ postgres__rules_that_read(relation) }}
  join pg_catalog.pg_class as dependent on dependent.oid = rule.ev_class
  join pg_catalog.pg_namespace as space on space.oid = dependent.relnamespace
{%- endmacro %}

{# Rules of other relations that need this one (a view's own rule does too). #}
{% macro postgres__rules_that_read(relation) -%}
  pg_catalog.pg_depend as reads
  join pg_catalog.pg_rewrite as rule
    on rule.oid = reads.objid
    and rule.ev_class <> reads.refobjid
    and reads.refobjid = '{{ relation.render() | replace("'", "''") }}'::pg_catalog.regclass
    and reads.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and reads.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
{%- endmacro %}

{% macro postgres__move_dependent_views(from_relation, to_relation) -%}
  {%- set block -%}
    declare
      held record;
    begin
      for held in
        select view ->> 'name' as name, view ->> 'definition' as definition
        from pg_catalog.json_array_elements(pg_catalog.current_setting('quern.held_views')::json) as views(view)
      loop
        begin
          execute 'create or replace view ' || held.name || held.definition;
        exception when others then
          if pg_catalog.left(sqlstate, 2) not in ('0A', '22', '42') then
            raise; -- not about what the view says
          end if;
          -- now, while it is locked: with the old relation it would be locked after what it reads from
          execute 'drop view if exists ' || held.name || ' cascade';
        end;
      end loop;
    end
  {%- endset -%}
  {#- And at once, since it is asked behind each such swap: which views have come along -#}
  {%- set move_and_list -%}
    do '{{ block | replace("'", "''") }}';
    {{ postgres__dependents_sql(to_relation) }}
  {%- endset -%}
  {%- set moved = [] -%}
  {%- for row in run_query(move_and_list) -%}
    {%- do moved.append(api.Relation.create(database=to_relation.database, schema=row['schema'], identifier=row['name'])) -%}
  {%- endfor -%}
  {%- do adapter.cache_dependents_moved(from_relation, to_relation, moved) -%}
{%- endmacro %}
