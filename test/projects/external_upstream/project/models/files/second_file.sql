{{ config(format='csv', location='elsewhere.csv', schema='deep') }} select id from {{ ref('first_file') }}
