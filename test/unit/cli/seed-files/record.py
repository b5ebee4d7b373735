"""Writes answers.json: what the reference makes of seed files. Run with the Python of a venv that holds dbt-core 1.11 and dbt-postgres 1.11."""
import itertools
import json
import os
import random
import tempfile
import warnings

import agate
from dbt.adapters.postgres import PostgresAdapter
from dbt_common.clients import agate_helper

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))

# Values of one column each: alone, and with company that pulls the column towards another type.
VALUES = [
    "0", "1", "-1", "+1", "007", "1.0", "1.50", "-0", ".5", "5.", "1e3", "1E-3", "1_000", "1,000", "1,0,0", "$5", "5%", "-$5", "$-5", "€3", "3€",
    "NaN", "inf", "-Infinity", "0x10", "٣", "１", "9999999999", "123456789012345678901234567890", "0.1234567890123456789",
    "true", "True", "TRUE", "t", "yes", "false", "False", "f", "no", "0.0", "1.00",
    "2020-01-01", "2020-1-1", "20200101", "2020-02-30", "0001-01-01", "10000-01-01", "2020-01-01 ", " 2020-01-01", "01/02/2020", "2020-W10-1", "2020-001",
    "2020-01-01 00:00:00", "2020-01-01 10:11:12.5", "2020-01-01T10:11:12", "2020-01-01T10:11:12Z", "2020-01-01T10:11:12+02:00",
    "2020-01-01T10:11:12.123456", "2020-01-01T10:11:12.1234567", "2020-01-01T10", "2020-01-01T10:11", "2020-01T10:11", "2020-01-01T24:00:00",
    "2020-01-01 10:11", "10:11:12", "today", "now", "Monday", "1 day",
    "null", "NULL", "Null", "None", "none", "N/A", "n/a", "na", ".", "-", "", " ", "nan", "\t1", "1\u00a0", "a", "a b", " a ", "a'b", 'a"b', "a\\b", "{}",
    "[1]", "ä", "日本", "🙂", "a,b", "a\nb", "1;2",
]
COMPANY = ["1", "1.5", "true", "2020-01-01", "2020-01-01 00:00:00", "2020-01-01T00:00:00", "", "null", "x"]


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def cases():
    for value in VALUES:
        yield {"text": f"k,v\n1,{quoted(value)}\n"}
    for value, other in itertools.product(VALUES, COMPANY):
        if (hash_of(value + other)) % 3 == 0:
            yield {"text": f"k,v\n1,{quoted(value)}\n2,{quoted(other)}\n"}
    rng = random.Random(11)
    for _ in range(60):
        names = [f"c{i}" for i in range(rng.randint(1, 5))]
        rows = [[rng.choice(VALUES) for _ in names] for _ in range(rng.randint(1, 4))]
        lines = [",".join(names)] + [",".join(quoted(v) for v in row) for row in rows]
        typed = rng.sample(names, rng.randint(0, 1))
        yield {"text": "\n".join(lines) + rng.choice(["", "\n", "\r\n"]), "text_columns": typed}
    files = [
        "", "\n", "\n\n", "a", "a\n", "a,b", "a,b\n", "a,b\n\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\n1,2", "a,b\n1,2\n\n3,4\n\n", "a,b\n \n1,2\n",
        "\ufeffa,b\n1,2\n", "\ufeff\ufeffa,b\n1,2\n", "\ufeff", "\ufeff\"a\",b\n1,2\n",
        "a,a\n1,2\n", "a,a,a\n1,2,3\n", "a,A\n1,2\n", "a,a_2,a\n1,2,3\n", ",b\n1,2\n", "a,\n1,2\n", ",,\n1,2,3\n", ",a,,b\n1,2,3,4\n", '"",b\n1,2\n',
        " a , b \n1,2\n", '" a","b "\n1,2\n', "a b,c-d\n1,2\n", "1,2\n1,2\n", "a.b,c\n1,2\n",
        "a,b\n1\n2,3\n", "a,b\n1,2,3\n", "a,b\n1,2\n1,2,3\n", "a,b\n1,2,\n", "a\n1,\n", "a,b,c\n1\n2,3\n4,5,6\n", "a,b\n,\n", "a,b\n,\n\n", "a\n\n1\n", "a\n\"\"\n1\n",
        'a,b\n"x\ny",2\n', 'a,b\n"x\r\ny",2\n', 'a,b\r\n"x\r\ny",2\r\n', 'a,b\n"x""y",2\n', 'a,b\nx"y,2\n', 'a,b\n"x"y,2\n', 'a,b\n"x" ,2\n', 'a,b\nx, "y"\n', 'a,b\n"x,2\n',
        'a,b\n"x\n1,2\n', 'a,b\n1,"\n', "a,b\n'x,y',2\n", 'a,b\n"""x""",2\n', 'a,b\n"x"",2\n', "a,b\n1,2\n\"\n", "a\tb\n1\t2\n", "a,b\n1,x\\\ny\n", "a,b\n1\\,2,3\n",
        "a,b\n1,2\u20283\n", "a,b\n1,2\u00853\n", "a,b\n1,2\x0b3\n", "a,b\n1,2\x0c3\n", "a,b\n1,x\ty\n", "#c\n1\n", "a,b\n1,2\n#no\n", "a,b\n1,\x00\n",
        "a,b\n\n\n1,2\n,\n", "a,b\nnull,NULL\n", "a,b\n\"null\",\"\"\n", "a,b\n NULL ,x\n", "a,b\n\" \",1\n", "a,b\n1, 2\n", "a,b\n1 ,2 \n",
    ]
    for text in files:
        yield {"text": text}
        if "a" in text:
            yield {"text": text, "text_columns": ["a"]}
    for delimiter, text in [("|", "a|b\n1|x,y\n"), (";", "a;b\n1,5;2\n"), ("\t", "a\tb\n1\tx y\n"), ("|", 'a|b\n"1|2"|3\n'), (" ", "a b\n1 2\n"), ("||", "a||b\n1||2\n"), ("", "a,b\n1,2\n"), ("§", "a§b\n1§2\n")]:
        yield {"text": text, "delimiter": delimiter}
    yield {"text": "a,B,c\n1,2,3\n", "text_columns": ["A", "b", "c"]}
    yield {"text": "a,b\n1,2\n", "text_columns": ["nowhere"]}
    for raw in [b"a,b\n1,\xff\n", b"a,\xe4\n1,2\n", "a,b\n1,ä\n".encode("latin-1"), "a,b\n1,2\n".encode("utf-16"), b"a,b\n1,\xed\xa0\x80\n"]:
        yield {"hex": raw.hex()}


def hash_of(text):
    return sum((i + 1) * ord(c) for i, c in enumerate(text))


def answer(case):
    raw = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode("utf-8")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(raw)
        file.flush()
        try:
            table = agate_helper.from_csv(file.name, text_columns=case.get("text_columns", []), delimiter=case.get("delimiter", ","))
            columns = [[name, PostgresAdapter.convert_agate_type(table, i)] for i, name in enumerate(table.column_names)]
            return {"columns": columns, "rows": [[f"{type(value).__name__} {value}" for value in row] for row in table.rows]}
        except Exception as error:
            return {"error": type(error).__name__, "message": str(error)}


with open(os.path.join(HERE, "answers.json"), "w", encoding="utf-8") as out:
    lines = [json.dumps({**case, **answer(case)}, ensure_ascii=True) for case in cases()]
    out.write("[\n" + ",\n".join(lines) + "\n]\n")
print(len(lines), "cases")
