{% set things = ref('things') %}
{% set found = adapter.get_relation(database=things.database, schema=things.schema, identifier='things') %}
{% set missing = adapter.get_relation(database=things.database, schema=things.schema, identifier='no_such') %}
{% set made = api.Relation.create(database='d', schema='s', identifier='i', type='view') %}
select
  '{{ found is not none and found.is_table }}' as found,
  '{{ missing }}' as missing,
  '{{ load_relation(things) is not none }}' as loaded,
  '{{ load_relation(this) is not none }}' as exists_already,
  '{{ made }}' as made,
  '{{ made.is_view }} {{ made.include(database=false) }} {{ made.include(identifier=false) }}' as included,
  '{{ made.quote(identifier=false) }} {{ made.quote(schema=false, database=false) }}' as unquoted,
  '{{ made.replace_path(identifier="other") }}' as replaced,
  '{{ made.incorporate(path={"schema": "new"}).schema }}' as incorporated,
  '{{ made.without_identifier() }}' as without_identifier,
  '{{ things.include(database=false) }}' as without_database,
  '{{ adapter.check_schema_exists(things.database, things.schema) }} {{ adapter.check_schema_exists(things.database, "nope") }}' as schemas,
  '{{ adapter.type() }}' as adapter_type,
  '{{ adapter.quote("a b") }}' as quoted
