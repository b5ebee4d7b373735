select 1 as n, '{{ var("heat") }}' as heat, '{{ var("scoped") }}' as scoped, '{{ var("both") }}' as both_, '{{ var("only_package") }}' as only_package,
  '{{ var("from_cli") }}' as from_cli, '{{ var("nested", "none") }}' as nested, '{{ var("own", "unseen") }}' as own, '{{ name_of("crumb") }}' as named
