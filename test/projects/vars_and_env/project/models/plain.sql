select
  '{{ var("given") }}' as given,
  {{ var("number") }} as num,
  '{{ var("flag", "no flag") }}' as flag,
  '{{ var("nothing", "default for nothing") }}' as nothing,
  '{{ var("list") | length }}' as list_length,
  '{{ (var("list") + ["x"]) | join("|") }}' as list_joined,
  '{{ var("nested", {}).get("a", {}).get("b", "no nested") }}' as nested,
  '{{ var("day", "no day") }}' as day,
  '{{ var("own") }}' as own,
  '{{ var("missing", none) }}' as missing,
  '{{ var.has_var("given") }} {{ var.has_var("not_there") }}' as has_var,
  {{ var("templated") }} as templated
