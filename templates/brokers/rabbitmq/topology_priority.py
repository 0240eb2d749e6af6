    # A quorum queue has two levels, 0 to 4 and 5 to 9. While both wait, it delivers two HIGH
    # messages for each NORMAL one. It refuses `x-max-priority`.
    HIGH = 9
    NORMAL = 0
