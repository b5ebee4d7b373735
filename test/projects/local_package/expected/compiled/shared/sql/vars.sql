select 'root says for shared' as scoped,
       'own value' as only_in_shared,
       'root global' as global_var,
       'shared namespaced' as deeper,
       'shared version' as overridden,
       'inner macro' as inner_macro