{{ config(location="{{ adapter.external_root() }}/{{ this.name }}_here.csv") }}
select id, region from {{ ref('as_csv') }}
