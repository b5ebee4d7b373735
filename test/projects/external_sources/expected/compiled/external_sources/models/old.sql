
select * from 'data/old_style.csv'