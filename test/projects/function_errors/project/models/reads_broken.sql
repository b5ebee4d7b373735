select {{ function('broken') }}(1) as n
