select
  cast(1 as smallint) as small, cast(2 as bigint) as big, cast(1.5 as numeric(10, 3)) as dec, cast(0.25 as double precision) as dbl,
  cast('a' as varchar(5)) as short, cast('2024-02-29' as date) as day, cast('2024-02-29 10:11:12' as timestamp) as moment,
  cast('2024-02-29 10:11:12+00' as timestamptz) as at_zone, cast('10:11:12' as time) as clock, true as flag,
  cast('{"a": 1}' as json) as doc
  , cast('[1,2]' as integer[]) as numbers