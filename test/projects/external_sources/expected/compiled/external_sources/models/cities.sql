
select * from 'data/cities.csv'