"""What is tracked: `train.py` is the code of every tracked run, `making` the models, data and values that are recorded."""
