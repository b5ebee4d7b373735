
select p.name, c.name as city from read_json_auto('data/people.json') p join 'data/cities.csv' c using (id)