{{ config(location="files/strange.txt", format='csv', options={'header': 'false', 'quote': '~'}, csv_read_options={'header': False, 'names': ['a', 'b'], 'delim': ',', 'quote': '~'}) }}
select id, region from {{ ref('sales') }}
