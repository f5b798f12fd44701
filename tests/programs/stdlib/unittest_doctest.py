"""unittest, unittest.mock and doctest run in process."""
import doctest
import io
import re
import unittest
from unittest import mock


class Tests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("class set up")

    def setUp(self):
        self.addCleanup(print, "cleanup", self._testMethodName)

    def test_passes(self):
        self.assertEqual(1 + 1, 2)
        self.assertIn("a", "abc")
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        with self.assertRaisesRegex(ValueError, "bad .*"):
            raise ValueError("bad value")

    def test_fails(self):
        self.assertEqual([1, 2, 3], [1, 5, 3], "with a message")

    def test_error(self):
        {}["missing"]

    @unittest.skip("not today")
    def test_skipped(self): ...

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as expected")

    def test_subtests(self):
        for i in range(3):
            with self.subTest(i=i):
                self.assertNotEqual(i, 1)

    def test_texts(self):
        self.assertMultiLineEqual("a\nb\n", "a\nc\n")

    def test_logs_and_warns(self):
        import logging, warnings
        with self.assertLogs("x", "INFO") as logs, self.assertWarns(UserWarning):
            logging.getLogger("x").info("logged")
            warnings.warn("warned")
        self.assertEqual(logs.output, ["INFO:x:logged"])


class Async(unittest.IsolatedAsyncioTestCase):
    async def test_async(self):
        import asyncio
        await asyncio.sleep(0)
        self.assertTrue(True)


stream = io.StringIO()
suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in (Tests, Async)])
result = unittest.TextTestRunner(stream, verbosity=2).run(suite)
text = re.sub(r"in \d+\.\d+s", "in TIME", re.sub(r'File ".*?"', "File X", stream.getvalue()))
print(text)
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped), result.wasSuccessful())
m = mock.Mock(return_value=5, name="m")
m.method.side_effect = [1, ValueError("second")]
print(m(1, a=2), m.call_args, m.method(), m.called, m.call_count, m.mock_calls, m.attribute.deep is m.attribute.deep)
try:
    m.method()
except ValueError as error:
    print(error)
for bad in (lambda: m.assert_called_with(9), lambda: m.assert_not_called(), lambda: mock.Mock(spec=["a"]).b, lambda: m.assert_any_call(7)):
    try:
        bad()
    except AssertionError as error:
        print(str(error).splitlines()[0])
    except AttributeError as error:
        print(error)
magic = mock.MagicMock()
magic.__len__.return_value = 3
print(len(magic), magic[1] is magic[2], mock.sentinel.x, mock.call(1, k=2))
with mock.patch("os.getcwd", return_value="/patched") as patched, mock.patch.dict("os.environ", {"NEW": "1"}), mock.patch.object(Tests, "extra", 1, create=True):
    import os
    print(os.getcwd(), patched.call_count, os.environ["NEW"], Tests.extra)
print(os.getcwd() != "/patched", "NEW" in os.environ, mock.create_autospec(lambda a, b: 0)(1, 2) is not None)


def documented(x):
    """
    >>> documented(2)
    4
    >>> documented("a")
    'aa'
    >>> documented(None)
    Traceback (most recent call last):
        ...
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    >>> [documented(i) for i in range(3)]  # doctest: +ELLIPSIS
    [0, ...]
    >>> documented(5)
    11
    """
    return x * 2


runner = doctest.DocTestRunner(verbose=False)
out = []
for test in doctest.DocTestFinder().find(documented, "documented", globs={"documented": documented}):
    runner.run(test, out=out.append)
print(runner.summarize(verbose=False), re.sub(r'File ".*?", line \d+', "File X", "".join(out)))
