-- depends_on: "goldendb"."golden"."payments"

  

select 4 as n, 'True' as executing