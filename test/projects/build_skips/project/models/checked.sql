select 1 as id {% if var('ids', 'bad') == 'bad' %} union all select 1 from {{ ref('start') }} {% else %} from {{ ref('start') }} {% endif %}
