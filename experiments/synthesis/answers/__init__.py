"""What the register of the synthesis study asks, answered from its cube.

readings    how scores are read, and which records an answer rests on
orders      who is better than whom (S1 to S4, S8), and what it costs (S10)
gains       which base models gain, and how much (S5 to S7)
steadiness  whose answers change less (S9)
factors     what label noise and few rows do (S11, S12)
"""
