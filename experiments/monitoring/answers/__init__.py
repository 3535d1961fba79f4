"""Answers to the contrasts of the register: values of data sets, and which entries they rest on."""
