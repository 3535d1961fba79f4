"""One file a command, and the only code that writes to the terminal.

main        picks the command, and turns an error into one sentence
faults      errors as sentences, those that nobody foresaw too
words       reads the `key=value` words of commands that are not Hydra's
progress    bars
screen      a document: its text and its tables
run, status, report, paper, data, check, compare, survey
            the commands
"""
