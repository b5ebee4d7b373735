select 'inner' as came_from, '{{ var("global_var", "default in inner") }}' as global_var
