{#
  What DuckDB's foreign keys demand of a table that is rebuilt:
  - a table with a foreign key is known to the referenced table by the name under which it was created, even after a rename
    (duckdb/duckdb#24648), so it must be created under its final name;
  - a table that is referenced can be neither renamed nor dropped, and a constraint cannot be dropped alone, so the tables that
    reference it go first. Only tables that this run rebuilds from nothing are touched; their rows stay readable meanwhile.
#}

{# Has the model, or the table in the database, a foreign key? #}
{% macro has_foreign_key_constraints(relation=none) -%}
  {%- do return(
    adapter.catalog_supports_foreign_keys(this.database)
    and ('foreign_key' in enforced_constraint_types() or 'foreign_key' in existing_constraint_types(relation))
  ) -%}
{%- endmacro %}

{# Could a foreign key reference it? Keys of the present table count too: a key that the model no longer has may still be in use. #}
{% macro may_be_foreign_key_target(relation=none) -%}
  {%- if not adapter.catalog_supports_foreign_keys(this.database) -%}
    {%- do return(false) -%}
  {%- endif -%}
  {%- set types = enforced_constraint_types() + existing_constraint_types(relation) -%}
  {%- do return('primary_key' in types or 'unique' in types) -%}
{%- endmacro %}

{# The types of the constraints in the model's contract. #}
{% macro enforced_constraint_types() -%}
  {%- set contract = config.get('contract') -%}
  {%- if not (contract and contract.enforced) -%}
    {%- do return([]) -%}
  {%- endif -%}
  {%- set constraints = [] + model.get('constraints', []) -%}
  {%- for column in model.get('columns', {}).values() -%}
    {%- do constraints.extend(column.get('constraints', [])) -%}
  {%- endfor -%}
  {%- do return(constraints | map(attribute='type') | list) -%}
{%- endmacro %}

{% macro existing_constraint_types(relation) -%}
  {%- do return(adapter.existing_key_constraint_types(relation) if relation is not none and relation.is_table else []) -%}
{%- endmacro %}

{#
  Drops a relation that is created anew under the same name. Always in a transaction, also with disable_transactions: a build that
  fails must bring everything back.
#}
{% macro drop_relation_for_rebuild(relation) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- set dropped = drop_foreign_key_dependents(relation) if relation.is_table and may_be_foreign_key_target(relation) else [] -%}
  {%- do adapter.drop_relation(relation) -%}
  {%- do return(dropped) -%}
{%- endmacro %}

{# Drops the tables that reference `relation`, directly or through others, farthest first: [{relation, backup: its rows}]. #}
{% macro drop_foreign_key_dependents(relation) -%}
  {%- call statement('get_foreign_key_dependents', fetch_result=True) %}
    with recursive links as (
      select table_name, referenced_table
      from duckdb_constraints()
      where constraint_type = 'FOREIGN KEY'
        and lower(database_name) = lower('{{ adapter.escape_sql_string(relation.database) }}')
        and lower(schema_name) = lower('{{ adapter.escape_sql_string(relation.schema) }}')
        and lower(table_name) <> lower(referenced_table)
    ),
    reached(table_name, depth) as (
      select table_name, 1
      from links
      where lower(referenced_table) = lower('{{ adapter.escape_sql_string(relation.identifier) }}')
      union
      select links.table_name, reached.depth + 1
      from links
      join reached on lower(links.referenced_table) = lower(reached.table_name)
    ),
    farthest as (
      select table_name, max(depth) as depth
      from reached
      group by table_name
    )
    select farthest.table_name, farthest.depth, links.referenced_table
    from farthest
    join links on links.table_name = farthest.table_name
    order by farthest.depth desc, farthest.table_name, links.referenced_table
  {% endcall -%}
  {%- set references = {} -%}
  {%- for row in load_result('get_foreign_key_dependents').table -%}
    {%- do references.setdefault(row[0], []).append(row[2] | lower) -%}
  {%- endfor -%}
  {%- if not references -%}
    {%- do return([]) -%}
  {%- endif -%}

  {%- set builders = {} -%}
  {%- for node in graph.nodes.values() if node.resource_type == 'model'
      and (node.database or '') | lower == (relation.database or '') | lower
      and node.schema | lower == relation.schema | lower -%}
    {%- do builders.update({(node.alias or node.name) | lower: node}) -%}
  {%- endfor -%}

  {%- set problems = [] -%}
  {%- for table, referenced_tables in references.items() -%}
    {%- set problem = _foreign_key_dependent_problem(builders.get(table | lower), referenced_tables, builders, relation) -%}
    {%- if problem -%}
      {%- do problems.append(table ~ ' (' ~ problem ~ ')') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if problems -%}
    {%- do exceptions.raise_compiler_error(
      'Cannot replace ' ~ relation ~ ' because DuckDB does not allow replacing a table that a foreign key references,'
      ~ ' and only tables that this run rebuilds may be dropped for it. Problem tables: ' ~ problems | join('; ')
    ) -%}
  {%- endif -%}

  {%- set dropped = [] -%}
  {%- for table in references -%}
    {%- set dependent = api.Relation.create(database=relation.database, schema=relation.schema, identifier=table, type='table') -%}
    {%- set backup = dependent.incorporate(path={'identifier': table ~ '__dbt_fk_backup'}, type='table') -%}
    {%- do adapter.drop_relation(backup) -%}
    {%- call statement('backup_foreign_key_dependent_' ~ loop.index) -%}
      create table {{ backup }} as select * from {{ dependent }}
    {%- endcall -%}
    {%- do log('Dropping ' ~ dependent ~ ' because it references ' ~ relation ~ ' through a foreign key; it is rebuilt later in this run', info=True) -%}
    {%- do adapter.drop_relation(dependent) -%}
    {%- do dropped.append({'relation': dependent, 'backup': backup}) -%}
  {%- endfor -%}
  {%- do return(dropped) -%}
{%- endmacro %}

{# Why a table that references must not be dropped, or ''. The node that builds it has to be run, from nothing, after this one. #}
{% macro _foreign_key_dependent_problem(node, referenced_tables, builders, relation) -%}
  {%- if not node -%}
    {%- do return('not built by a dbt model in this project') -%}
  {%- elif node.unique_id not in selected_resources -%}
    {%- do return('model ' ~ node.name ~ ' is not selected in this run') -%}
  {%- endif -%}

  {%- set upstream = [] -%}
  {%- for table in referenced_tables -%}
    {%- do upstream.append(model.unique_id if table == relation.identifier | lower else builders.get(table, {}).get('unique_id')) -%}
  {%- endfor -%}
  {%- if not (upstream | select('in', node.depends_on.nodes) | list) -%}
    {%- do return(
      'model ' ~ node.name ~ ' does not ref() the table its foreign key points at, so it may not be rebuilt afterwards;'
      ~ ' use `to: ref(...)` in the constraint'
    ) -%}
  {%- endif -%}

  {%- set rebuilt = flags.FULL_REFRESH if node.config.full_refresh is none else node.config.full_refresh -%}
  {%- if node.config.materialized != 'table' and not (node.config.materialized == 'incremental' and rebuilt) -%}
    {%- do return('model ' ~ node.name ~ ' is materialized as ' ~ node.config.materialized ~ ' and would lose its data; run with --full-refresh') -%}
  {%- endif -%}
  {%- do return('') -%}
{%- endmacro %}

{# Gives dropped tables their rows back, nearest first; their own models put the constraints back later in the run. #}
{% macro restore_foreign_key_dependents(dropped) -%}
  {%- for one in dropped | reverse -%}
    {%- do log('Restoring data for ' ~ one['relation'] ~ '; its constraints are rebuilt later in this run', info=True) -%}
    {%- do adapter.rename_relation(one['backup'], one['relation']) -%}
  {%- endfor -%}
{%- endmacro %}
