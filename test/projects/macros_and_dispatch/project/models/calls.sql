{% set info = columns_of() %}
{% set text = variadic(1, 'x', 3, 4, named=5) %}
select
  '{{ helper.shout('abc') }}' as helper_shout,
  '{{ helper.whisper('ABC') }}' as whisper,
  '{{ same_name() }}' as same_name,
  '{{ helper.same_name() }}' as helper_same_name,
  '{{ helper.calls_same_name() }}' as calls_same_name,
  {{ factorial(5) }} as factorial,
  '{{ text | replace("'", '"') }}' as variadic,
  '{% call(x) wrap('b') %}{{ x }} text{% endcall %}' as wrapped,
  '{{ info.names | join('+') }}{{ info['n'] }}' as returned,
  '{{ adapter.dispatch('where_am_i')() }}' as where_am_i,
  '{{ helper.helper_only() }}' as helper_only,
  '{{ context.get('same_name')() }}' as from_context,
  {{ dbt.concat(["'a'", "'b'"]) }} as builtin_concat,
  {{ concat(["'c'", "'d'"]) }} as own_concat,
  cast('x' as {{ type_string() }}) as own_type_string,
  cast(1 as {{ dbt.type_bigint() }}) as builtin_type
