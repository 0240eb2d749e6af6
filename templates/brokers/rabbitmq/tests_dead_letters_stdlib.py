from time import sleep

