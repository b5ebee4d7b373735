select '{{ metric('total') }}' as m
