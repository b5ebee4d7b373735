{{ config(alias='renamed_ephemeral') }}
select id from {{ ref('grown_people') }} where is_senior
