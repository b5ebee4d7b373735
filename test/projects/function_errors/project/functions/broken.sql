selec n
