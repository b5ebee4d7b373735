select
  'local_package 1.0 golden 1' as root,
  'shared 0.1.0 sql True' as package,
  'root says for shared, global_var,only_in_shared,scoped,shared' as vars,
  '0 build False from_root' as invocation,
  'True 2 local_package False' as others