select '{{ var("scoped") }}' as scoped,
       '{{ var("only_in_shared") | replace("'", "") }}' as only_in_shared,
       '{{ var("global_var") | replace("'", "") }}' as global_var,
       '{{ var("deeper", "none") }}' as deeper,
       '{{ overridden() }}' as overridden,
       '{{ inner.inner_macro() }}' as inner_macro
