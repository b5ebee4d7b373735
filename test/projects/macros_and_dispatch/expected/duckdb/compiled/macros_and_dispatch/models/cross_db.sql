select
  

    (cast('2024-01-30' as timestamp) + cast(3 as bigint) * interval 1 day) as dateadd,
  
        (date_diff('day', cast('2024-01-30' as timestamp)::timestamp, cast('2024-03-01' as timestamp)::timestamp ))
     as datediff_day,
  
        (date_diff('month', cast('2024-01-30' as timestamp)::timestamp, cast('2024-03-01' as timestamp)::timestamp ))
     as datediff_month,
  
        (date_diff('hour', cast('2024-01-30 10:10:10' as timestamp)::timestamp, cast('2024-01-31 09:00:00' as timestamp)::timestamp ))
     as datediff_hour,
  date_trunc('month', cast('2024-02-17' as timestamp)) as date_trunc,
  cast(
        

    (

    (date_trunc('month', cast('2024-02-17' as date)) + cast(1 as bigint) * interval 1 month) + cast(-1 as bigint) * interval 1 day)
        as date) as last_day,
  
    string_split('a-b-c', '-')[ 2 ]
 as split_part,
  
    string_split('a-b-c', '-')[ -1 ]
 as split_part_back,
  

    replace(
        'abc',
        'b',
        'x'
    )


 as replaced,
  

    right(
        'abcdef',
        2
    ) as right_two,
  

    position(
        'c' in 'abc'
    ) as position_of,
  

    length(
        'abc'
    ) as length_of,
  md5(cast('abc' as TEXT)) as hash_of,
  
    
    cast('1' as integer)
 as safe_cast,
  
  
    cast(true as TEXT)

 as bool_text,
  'x' as string_literal,
  5 as escaped_length,
  arbitrary(v) as any_val,
  bool_or(v = 1) as bool_or,
  
    string_agg(
        n,
        ', '
        order by n
        ) as listagg,
  list_aggr(
        (array_agg(
            n
            order by n
        ))[1:2],
        'string_agg',
        ', '
        ) as listagg_two
from (select 1 as v, 'a' as n union all select 1, 'b' union all select 1, 'c') t
