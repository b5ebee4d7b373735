
select * from read_csv('data/pipes.txt', delim='|')