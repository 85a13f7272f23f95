def measure(*, quick, say):
    raise NotImplementedError
