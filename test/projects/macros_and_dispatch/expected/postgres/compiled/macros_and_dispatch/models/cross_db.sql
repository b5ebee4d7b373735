select
  

    cast('2024-01-30' as timestamp) + ((interval '1 day') * (3))

 as dateadd,
  
        ((cast('2024-03-01' as timestamp))::date - (cast('2024-01-30' as timestamp))::date)
     as datediff_day,
  
        (
        (date_part('year', (cast('2024-03-01' as timestamp))::date) - date_part('year', (cast('2024-01-30' as timestamp))::date))
     * 12 + date_part('month', (cast('2024-03-01' as timestamp))::date) - date_part('month', (cast('2024-01-30' as timestamp))::date))
     as datediff_month,
  
        (
        ((cast('2024-01-31 09:00:00' as timestamp))::date - (cast('2024-01-30 10:10:10' as timestamp))::date)
     * 24 + date_part('hour', (cast('2024-01-31 09:00:00' as timestamp))::timestamp) - date_part('hour', (cast('2024-01-30 10:10:10' as timestamp))::timestamp))
     as datediff_hour,
  date_trunc('month', cast('2024-02-17' as timestamp)) as date_trunc,
  cast(
        

    

    date_trunc('month', cast('2024-02-17' as date)) + ((interval '1 month') * (1))

 + ((interval '1 day') * (-1))


        as date) as last_day,
  

  
    

    split_part(
        'a-b-c',
        '-',
        2
        )


  

 as split_part,
  

  
    

    split_part(
        'a-b-c',
        '-',
          length('a-b-c')
          - length(
              replace('a-b-c',  '-', '')
          ) + 2 + -1
        )


  

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
  min(v) as any_val,
  bool_or(v = 1) as bool_or,
  
    string_agg(
        n,
        ', '
        order by n
        ) as listagg,
  array_to_string(
        (array_agg(
            n
            order by n
        ))[1:2],
        ', '
        ) as listagg_two
from (select 1 as v, 'a' as n union all select 1, 'b' union all select 1, 'c') t
