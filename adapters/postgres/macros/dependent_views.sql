{#
  Views that read from a relation directly are written again under their own names, over the new relation, in the transaction of the swap:
  who reads them sees the old rows or the new ones. What reads from those views stays as it is. A view that the new relation does not suit
  (a column has gone or has another type), one that belongs to somebody else and a materialized view fall with the old relation, as in dbt.

  Locks are taken in the order in which a reader takes them, views before what they read from. Two swaps below the same view would wait for
  each other, so swaps below views come one after the other.
#}
{% macro postgres__hold_dependent_views(relation) -%}
  {%- set views_sql = postgres__dependents_sql(relation) ~ " and dependent.relkind = 'v' and pg_catalog.pg_has_role(dependent.relowner, 'USAGE')" -%}
  {%- if (run_query(views_sql) | length) == 0 -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set block -%}
    declare
      held record;
      definitions text[] = '{}';
    begin
      perform pg_catalog.pg_advisory_xact_lock(7822914002211593);
      for held in {{ views_sql }} loop
        begin
          -- changes nothing, and locks the view alone: LOCK would lock what it reads from as well
          execute pg_catalog.format('alter view %I.%I owner to %I', held.schema, held.name, held.owner);
          definitions = definitions || pg_catalog.format(
            'create or replace view %I.%I%s as %s',
            held.schema,
            held.name,
            ' with (' || pg_catalog.array_to_string(held.options, ', ') || ')',
            pg_catalog.pg_get_viewdef(held.oid)
          );
        exception when undefined_table then
          null; -- it has fallen with another relation meanwhile
        end;
      end loop;
      perform pg_catalog.set_config('quern.held_views', pg_catalog.to_json(definitions)::text, false);
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
  from pg_catalog.pg_depend as reads
  join pg_catalog.pg_rewrite as rule on rule.oid = reads.objid
  join pg_catalog.pg_class as dependent on dependent.oid = rule.ev_class
  join pg_catalog.pg_namespace as space on space.oid = dependent.relnamespace
  where reads.refobjid = '{{ relation.render() | replace("'", "''") }}'::pg_catalog.regclass
    and reads.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    and reads.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    and dependent.oid <> reads.refobjid
{%- endmacro %}

{% macro postgres__move_dependent_views(from_relation, to_relation) -%}
  {%- set block -%}
    declare
      definition text;
    begin
      for definition in
        select value from pg_catalog.json_array_elements_text(pg_catalog.current_setting('quern.held_views')::json)
      loop
        begin
          execute definition;
        exception when others then
          raise notice 'a view does not fit what it reads from any more: %', sqlerrm;
        end;
      end loop;
    end
  {%- endset -%}
  {%- call statement('move_dependent_views') -%}
    do '{{ block | replace("'", "''") }}'
  {%- endcall -%}
  {%- set left = [] -%}
  {%- for row in run_query(postgres__dependents_sql(from_relation)) -%}
    {%- do left.append(api.Relation.create(database=from_relation.database, schema=row['schema'], identifier=row['name'])) -%}
  {%- endfor -%}
  {%- do adapter.cache_dependents_moved(from_relation, to_relation, left) -%}
{%- endmacro %}
