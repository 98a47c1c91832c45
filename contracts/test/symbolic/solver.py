"""Decides one SMT query, named as the argument, and prints a counterexample if there is one.

For checks of sums and comparisons of wide words, with which a solver that looks at single bits does not come to an end:
cvc5 translates them to integers.
"""

import sys

import cvc5


def main(path):
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("produce-models", "true")
    solver.setOption("solve-bv-as-int", "sum")
    symbols = cvc5.SymbolManager(solver)
    parser = cvc5.InputParser(solver, symbols)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, path)
    while not (command := parser.nextCommand()).isNull():
        sys.stdout.write(command.invoke(solver, symbols))


main(sys.argv[1])
