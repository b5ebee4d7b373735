
selec x