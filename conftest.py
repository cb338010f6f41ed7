"""Makes tests of the examples in Markdown files.

Blocks of `python`, with prompts or without, and `{doctest}` directives are run. Those of one page
share their names, from top to bottom; `% skip: next` above a block leaves it out.
"""

from doctest import ELLIPSIS, NORMALIZE_WHITESPACE

try:
    from sybil import Sybil
    from sybil.parsers.myst import DocTestDirectiveParser, PythonCodeBlockParser, SkipParser
except ImportError:  # only the docs session, which runs these examples, installs it
    pass
else:
    FLAGS = ELLIPSIS | NORMALIZE_WHITESPACE
    pytest_collect_file = Sybil(
        parsers=[
            DocTestDirectiveParser(FLAGS),
            PythonCodeBlockParser(doctest_optionflags=FLAGS),
            SkipParser(),
        ],
        patterns=["*.md"],
        excludes=["docs/_build/**"],
    ).pytest()
