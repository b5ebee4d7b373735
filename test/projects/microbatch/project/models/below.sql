{{ config(batch_size='year', begin='2020-06-01') }}
select id, moment, amount * 2 as doubled, (select count(*) from {{ ref('events').render() }}) as everything
from {{ ref('daily') }}
