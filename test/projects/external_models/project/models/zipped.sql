{{ config(location="files/zipped.json.gz") }}
select id, region from {{ ref('as_json') }}
