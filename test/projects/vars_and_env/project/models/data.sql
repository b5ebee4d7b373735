select
  '{{ tojson({"b": 1, "a": [1, none, true]}) }}' as tojson,
  '{{ tojson({"b": 1, "a": 2}, sort_keys=true) }}' as sorted_json,
  '{{ fromjson("{\"a\": [1, 2.5, null]}").a }}' as fromjson,
  '{{ fromyaml("a: [1, yes, 2024-01-01]") | string | replace("'", "") }}' as fromyaml,
  '{{ toyaml({"a": [1, 2]}) | trim | replace("\n", "/") }}' as toyaml,
  '{{ set([1, 2, 2, 3]) | length }} {{ set_strict([1, 1]) | length }}' as sets,
  '{{ zip([1, 2], ["a", "b"]) | list | length }} {{ zip_strict([1], [2]) | list }}' as zips,
  '{{ local_md5("abc") }}' as md5,
  '{{ diff_of_two_dicts({"a": ["x", "Y"]}, {"a": ["y"]}) | replace("'", "") }}' as diff,
  '{{ "7" | as_text }} {{ as_number_test | default("undefined") }}' as filters
