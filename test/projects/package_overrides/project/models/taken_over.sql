select 'root' as who, '{{ var("own") }}' as own, '{{ var("heat") }}' as heat, '{{ oven.name_of("dough") }}' as named, '{{ name_of("dough") }}' as bare
