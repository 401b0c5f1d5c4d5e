"""How good the figures are: the four scores, what every unit gave, what is to be expected."""
