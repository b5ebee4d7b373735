{% set text = api.Column.create('t', 'varchar') %}
{% set sized = api.Column('s', 'character varying', 20) %}
{% set num = api.Column('n', 'numeric', none, 10, 2) %}
select
  '{{ text.name }} {{ text.dtype }}' as text_column,
  '{{ sized.data_type }} {{ sized.string_size() }}' as sized_column,
  '{{ num.data_type }} {{ num.numeric_precision }}' as numeric_column,
  '{{ api.Column.translate_type("string") }} {{ api.Column.translate_type("float") }} {{ api.Column.translate_type("integer") }}' as translated,
  '{{ api.Column.string_type(10) }} {{ api.Column.numeric_type("numeric", 5, 1) }}' as made_types,
  '{{ sized.can_expand_to(api.Column("o", "character varying", 40)) }}' as can_expand
