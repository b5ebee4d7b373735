
-- depends_on: "goldendb"."golden"."pivot"
select

  'graph_walk,parse_time,pivot,statements,types_back' as models,
  'view' as pivot_materialized,
  '1' as seeds,
  'model.introspection.pivot' as my_parents
