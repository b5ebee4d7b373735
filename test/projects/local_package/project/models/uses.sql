select '{{ var("global_var") }}' as global_var, l.* from {{ ref('shared', 'late') }} l
