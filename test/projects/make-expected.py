#!/usr/bin/env python3
"""Writes expected/ of the golden projects by running the reference (dbt-core with dbt-duckdb and dbt-postgres).

    GOLDEN_VENV=/path/to/venv GOLDEN_PG_PORT=5499 ./make-expected.py [--check] [--database duckdb|postgres] [CASE ...]

GOLDEN_VENV    a venv holding dbt-core 1.11, dbt-duckdb, dbt-postgres and duckdb<1.6; the script runs itself there
GOLDEN_PG_*    HOST (127.0.0.1), PORT (5432), USER (golden), PASSWORD (golden): a server on which databases named
               goldendb_<case> may be dropped and created
--check        writes nothing: says which files differ from what the reference gives now (also: is a case stable?)

README.md beside this file describes the format. Every step runs in a child forked after dbt was imported, which is
several times faster than a process per step and shares nothing between steps.
"""
import argparse, csv, hashlib, io, json, os, re, shutil, sys, tempfile
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
DATABASES = ("duckdb", "postgres")
PG = {k: os.environ.get("GOLDEN_PG_" + k.upper(), d)
      for k, d in (("host", "127.0.0.1"), ("port", "5432"), ("user", "golden"), ("password", "golden"))}


# ------------------------------------------------------------------ running
def step_in_child(args, cwd, env, out):
    """Exit code of `dbt ARGS` in a forked child whose output goes to the file `out`."""
    pid = os.fork()
    if pid == 0:
        code = 3
        try:
            os.chdir(cwd)
            os.environ.update(env)
            fd = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(fd, 1)
            os.dup2(os.open(str(out) + ".err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            sys.argv = ["dbt"] + args
            from dbt.cli.main import cli
            cli(args)
            code = 0
        except SystemExit as e:
            code = e.code if isinstance(e.code, int) else 0 if e.code is None else 1
        except BaseException:
            import traceback
            traceback.print_exc()
        finally:
            sys.stdout.flush(), sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def pg_connect(dbname):
    import psycopg2
    c = psycopg2.connect(host=PG["host"], port=PG["port"], user=PG["user"], password=PG["password"], dbname=dbname)
    c.autocommit = True
    return c


def pg_recreate(dbname, create=True):
    c = pg_connect("postgres")
    c.cursor().execute('drop database if exists "%s" with (force)' % dbname)
    if create:
        c.cursor().execute('create database "%s"' % dbname)
    c.close()


class Mask:
    """Takes out of a text what differs from run to run: folders, the database's name, times."""

    def __init__(self, root, dbname):
        self.root, self.dbname = str(root), dbname

    def text(self, s):
        s = s.replace(self.root, "{project}")
        return s.replace(self.dbname, "goldendb")

    def console(self, s):
        s = self.text(re.sub(r"\x1b\[[0-9;]*m", "", s))
        lines = []
        for line in s.splitlines():
            line = re.sub(r"^\d\d:\d\d:\d\d(  )?", "", line).rstrip()
            if re.match(r"Running with dbt=|Registered adapter:|Unable to do partial pars|\[WARNING\]: Deprecated|Performance info", line):
                continue
            line = re.sub(r" in \d+\.\d+s\]", " in 0.00s]", line)
            line = re.sub(r"in \d+ hours? \d+ minutes? and [\d.]+ seconds \([\d.]+s\)", "in 0.00s", line)
            line = re.sub(r", \d+ macros", ", N macros", line)
            line = re.sub(r"\(target='\w+'\)", "(target='{target}')", line)
            line = re.sub(r"-{5,}", "-----", line)
            lines.append(line)
        return "\n".join(lines).strip("\n") + "\n"


# ------------------------------------------------------------------ what is recorded
def table_csv(columns, rows):
    """Header cells `name type`, then the rows as the database's own text, sorted; NULL is \\N."""
    def line(cells):
        f = io.StringIO()
        csv.writer(f, lineterminator="").writerow(cells)
        return f.getvalue()
    body = sorted(line(["\\N" if v is None else v for v in r]) for r in rows)
    return "\n".join([line(["%s %s" % c for c in columns])] + body) + "\n"


def q(name):
    return '"' + name.replace('"', '""') + '"'


def dump_duckdb(path, dbname, project):
    import duckdb
    if not path.exists():
        return {}
    # a write-ahead log that the last step left can only be read by a writer
    duckdb.connect(str(path)).close()
    c = duckdb.connect(str(path), read_only=True)
    c.execute("set TimeZone='UTC'")
    # views over files: their paths start in the project's folder
    c.execute("set file_search_path='%s'" % project)
    out = {}
    rels = c.execute("""select schema_name, table_name, 'table' from duckdb_tables() where database_name = ? and not internal
                        union all select schema_name, view_name, 'view' from duckdb_views() where database_name = ? and not internal""",
                     [dbname, dbname]).fetchall()
    for schema, name, kind in rels:
        cols = c.execute("select column_name, data_type from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ? order by column_index",
                         [dbname, schema, name]).fetchall()
        sel = ", ".join("cast(%s as varchar)" % q(n) for n, _ in cols)
        out[schema, name, kind] = (cols, c.execute("select %s from %s.%s.%s" % (sel, q(dbname), q(schema), q(name))).fetchall())
    c.close()
    return out


def dump_postgres(dbname):
    c = pg_connect(dbname)
    cur = c.cursor()
    cur.execute("set timezone = 'UTC'")
    cur.execute("""select n.nspname, k.relname, case k.relkind when 'r' then 'table' when 'v' then 'view' else 'matview' end, k.oid
                   from pg_class k join pg_namespace n on n.oid = k.relnamespace
                   where k.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_%'""")
    out = {}
    for schema, name, kind, oid in cur.fetchall():
        cur.execute("select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = %s and attnum > 0 and not attisdropped order by attnum", (oid,))
        cols = cur.fetchall()
        cur.execute("select %s from %s.%s" % (", ".join("cast(%s as text)" % q(n) for n, _ in cols).replace("%", "%%"), q(schema), q(name)))
        out[schema, name, kind] = (cols, cur.fetchall())
    c.close()
    return out


def results_of(target, mask):
    f = target / "run_results.json"
    if not f.exists():
        return None
    out = []
    for r in json.loads(f.read_text())["results"]:
        message = r["message"]
        if message is not None:
            message = mask.text(message).strip().split("\n")[0]
        out.append({"unique_id": r["unique_id"], "status": r["status"], "message": message, "failures": r["failures"]})
    return sorted(out, key=lambda r: r["unique_id"])


def catalog_of(target, mask, user):
    f = target / "catalog.json"
    if not f.exists():
        return None
    c = json.loads(mask.text(f.read_text()))
    for entry in list(c["nodes"].values()) + list(c["sources"].values()):
        if entry["metadata"]["owner"] == user:
            entry["metadata"]["owner"] = "{user}"
    c["errors"] = c["errors"] and [e.split("\n")[0] for e in c["errors"]]
    c["metadata"] = {"keys": sorted(c["metadata"]), "dbt_schema_version": c["metadata"]["dbt_schema_version"]}
    return c


def recent_or(text):
    """Times of long ago are the project's data, others the clock's."""
    return text if text < "2020" else "{now}"


def sources_of(target, mask):
    f = target / "sources.json"
    if not f.exists():
        return None
    c = json.loads(mask.text(f.read_text()))
    out = []
    for r in c["results"]:
        old = r["max_loaded_at"] < "2020"
        r.update(max_loaded_at=recent_or(r["max_loaded_at"]), snapshotted_at=recent_or(r["snapshotted_at"]), timing=[t["name"] for t in r["timing"]],
                 max_loaded_at_time_ago_in_s="{years}" if old else "{seconds}", execution_time=type(r["execution_time"]).__name__)
        out.append(r)
    return {"keys": sorted(c), "metadata": {"keys": sorted(c["metadata"]), "dbt_schema_version": c["metadata"]["dbt_schema_version"]},
            "results": sorted(out, key=lambda r: r["unique_id"])}


def graph_of(manifest):
    return {"parent_map": {k: sorted(v) for k, v in sorted(manifest["parent_map"].items())},
            "disabled": sorted(manifest["disabled"])}


NODE_FIELDS = ("name", "resource_type", "package_name", "original_file_path", "fqn", "alias", "schema", "relation_name", "tags", "description",
               "meta", "config", "columns", "source_name", "identifier", "loader", "source_description", "test_metadata", "column_name",
               "attached_node", "file_key_name", "type", "owner", "maturity", "url", "label", "depends_on")


def nodes_of(manifest, mask):
    out = {}
    for group in ("nodes", "sources", "exposures", "docs"):
        for uid, n in manifest[group].items():
            if group == "docs":
                if n["package_name"] != "dbt":
                    out[uid] = {"block_contents": n["block_contents"]}
                continue
            e = {k: n[k] for k in NODE_FIELDS if k in n}
            if "depends_on" in e:  # how the built-in macros call each other is nobody's business
                e["depends_on"] = {"macros": sorted(x for x in n["depends_on"]["macros"] if not re.match(r"macro\.dbt(_\w+)?\.", x)),
                                   "nodes": sorted(n["depends_on"].get("nodes", []))}
            if "columns" in e:
                e["columns"] = {k: {f: c[f] for f in ("name", "description", "data_type", "quote", "meta", "tags")} for k, c in e["columns"].items()}
            out[uid] = e
    for uid, m in manifest["macros"].items():
        if not m["package_name"].startswith("dbt"):
            out[uid] = {k: m[k] for k in ("name", "package_name", "original_file_path", "description", "arguments", "meta")}
    return json.loads(mask.text(json.dumps(out)))


SECTIONS = ("nodes", "sources", "exposures", "metrics", "groups", "disabled", "child_map", "group_map", "saved_queries", "semantic_models", "unit_tests",
            "functions")


def published(entry):
    """A resource without what differs from run to run, the built-in macros it calls, and SQL that was made of it."""
    if not isinstance(entry, dict):
        return entry
    out = {k: v for k, v in entry.items() if k not in ("created_at", "root_path", "compiled_code", "extra_ctes")}
    if "macros" in out.get("depends_on", {}):
        out["depends_on"] = {**out["depends_on"], "macros": sorted(x for x in out["depends_on"]["macros"] if not re.match(r"macro\.dbt(_\w+)?\.", x))}
    return out


def published_manifest(manifest, mask):
    out = {}
    for section in SECTIONS:
        out[section] = {uid: [published(n) for n in e] if isinstance(e, list) else published(e) for uid, e in manifest[section].items()}
    return json.loads(mask.text(json.dumps(out)))


def dumps(x):
    return json.dumps(x, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def compiled_text(path, text):
    """SQL that the reference's own macros made (tests of property files) is kept as a fingerprint only: the text is not ours to keep."""
    if not re.search(r"\.ya?ml/", path):
        return text
    return "sha256 " + hashlib.sha256(" ".join(text.split()).encode()).hexdigest() + "\n"


def prepare(project, step):
    """What a step asks for before it runs."""
    for old, new in (step.get("copy") or {}).items():
        shutil.rmtree(project / new, ignore_errors=True)
        shutil.copytree(project / old, project / new)
    for path, text in (step.get("files") or {}).items():
        (project / path).unlink() if text is None else (project / path).write_text(text)
    for artifact in ("run_results.json", "catalog.json", "sources.json"):
        if not step.get("keep"):
            (project / "target" / artifact).unlink(missing_ok=True)


def record(case_dir, case, database, root):
    """{relative path: text} that the reference produces for one case on one database."""
    name = case_dir.name
    project = root / "project"
    shutil.copytree(case_dir / "project", project)
    dbname = "goldendb" if database == "duckdb" else "goldendb_" + name
    duck = root / "goldendb.duckdb"
    mask = Mask(project.resolve(), dbname)
    env = {"GOLDEN_DUCKDB_PATH": str(duck), "GOLDEN_SCHEMA": "golden", "GOLDEN_PG_DBNAME": dbname, "DBT_PROFILES_DIR": str(project),
           "DBT_SEND_ANONYMOUS_USAGE_STATS": "0", "DBT_VERSION_CHECK": "0", "DBT_USE_COLORS": "0", "NO_COLOR": "1", "TZ": "UTC", "HOME": str(root),
           **{"GOLDEN_PG_" + k.upper(): v for k, v in PG.items()}, **{k: str(v) for k, v in (case.get("env") or {}).items()}}
    if database == "postgres":
        pg_recreate(dbname)
    files, results, console, catalogs, freshness = {}, [], [], [], []
    for i, step in enumerate(case["steps"]):
        args = [str(a) for a in step["args"]]
        prepare(project, step)
        log = root / ("step%d.log" % i)
        code = step_in_child(args + ([] if args[0] in ("deps", "clean") else ["--target", database]), project,
                             {**env, **{k: str(v) for k, v in (step.get("env") or {}).items()}}, log)
        text = log.read_text(errors="replace")
        want = step.get("exit", 0)
        if code != want:
            print("%s on %s: step %d (%s) ended with %s, case.yml says %s\n%s" % (name, database, i, " ".join(args), code, want, text[-500:]), file=sys.stderr)
            record.wrong += 1
        if "stdout" in step:
            files[step["stdout"]] = re.sub(r"(?m)^\d\d:\d\d:\d\d  ", "", mask.text(text))
        results.append(results_of(project / "target", mask))
        catalogs.append(catalog_of(project / "target", mask, PG["user"]))
        freshness.append(sources_of(project / "target", mask))
        console.append("$ %s\n%s" % (" ".join(args), mask.console(text)))
    files["console.txt"] = "\n".join(console)
    files["results.json"] = dumps(results)
    files["catalog.json"] = dumps(catalogs)
    files["sources.json"] = dumps(freshness)
    m = project / "target" / "manifest.json"
    if m.exists():
        manifest = json.loads(m.read_text())
        files["graph.json"] = dumps(graph_of(manifest))
        files["nodes.json"] = dumps(nodes_of(manifest, mask))
        files["manifest.json"] = dumps(published_manifest(manifest, mask))
    s = project / "target" / "semantic_manifest.json"
    if s.exists():
        files["semantic_manifest.json"] = dumps(json.loads(mask.text(s.read_text())))
    compiled = project / "target" / "compiled"
    for f in sorted(compiled.rglob("*")) if compiled.exists() else []:
        if f.is_file():
            path = "compiled/" + str(f.relative_to(compiled))
            files[path] = compiled_text(path, mask.text(f.read_text()))
    tables = dump_duckdb(duck, "goldendb", project) if database == "duckdb" else dump_postgres(dbname)
    skip = set(case.get("ignore_tables") or [])
    for (schema, table, kind), (cols, rows) in tables.items():
        if table not in skip:
            files["tables/%s.%s.%s.csv" % (quote(schema, safe=" "), quote(table, safe=" "), kind)] = table_csv(cols, [[None if v is None else mask.text(v) for v in r] for r in rows])
    if database == "postgres":
        pg_recreate(dbname, create=False)
    return files


record.wrong = 0


# ------------------------------------------------------------------ writing
def parts(case):
    return set(case.get("compare") or ["tables", "results", "compiled", "graph"])


def wanted(path, case):
    top = path.split("/")[0]
    part = {"tables": "tables", "compiled": "compiled", "results.json": "results", "graph.json": "graph", "nodes.json": "nodes", "catalog.json": "catalog", "sources.json": "sources", "console.txt": "console", "manifest.json": "manifest", "semantic_manifest.json": "semantic"}.get(top)
    return part is None or part in parts(case)


def layout(by_database, case):
    """Files that all databases share lie in expected/, others in expected/<database>/."""
    out = {}
    paths = sorted({p for fs in by_database.values() for p in fs if wanted(p, case)})
    for p in paths:
        texts = [fs.get(p) for fs in by_database.values()]
        if all(t == texts[0] for t in texts):
            out[p] = texts[0]
        else:
            for d, fs in by_database.items():
                if p in fs:
                    out[d + "/" + p] = fs[p]
    return out


def do_case(case_dir, a):
    import yaml
    case = yaml.safe_load((case_dir / "case.yml").read_text())
    databases = case.get("databases") or list(DATABASES)
    got = {}
    for d in databases:
        if a.database and d != a.database:
            continue
        with tempfile.TemporaryDirectory(prefix="golden-") as t:
            got[d] = record(case_dir, case, d, Path(t))
    if a.database:
        print(case_dir.name, a.database, "recorded, nothing written (a single database)")
        return
    files = layout(got, case)
    expected = case_dir / "expected"
    old = {str(f.relative_to(expected)): f.read_text() for f in expected.rglob("*") if f.is_file()} if expected.exists() else {}
    changed = sorted(k for k in set(old) | set(files) if old.get(k) != files.get(k))
    print("%-28s %3d files, %d changed %s" % (case_dir.name, len(files), len(changed), " ".join(changed[:6]) if a.check or old else ""), flush=True)
    if a.check:
        if changed:
            record.wrong += 1
        return
    shutil.rmtree(expected, ignore_errors=True)
    for k, text in files.items():
        f = expected / k
        f.parent.mkdir(parents=True, exist_ok=True)
        f.write_text(text)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--check", action="store_true")
    ap.add_argument("--database", choices=DATABASES)
    ap.add_argument("cases", nargs="*")
    a = ap.parse_args()
    venv = os.environ.get("GOLDEN_VENV")
    if venv and Path(sys.prefix).resolve() != Path(venv).resolve():
        py = str(Path(venv) / "bin" / "python")
        os.execv(py, [py, __file__] + sys.argv[1:])
    import dbt.cli.main, dbt.adapters.duckdb, dbt.adapters.postgres, duckdb, psycopg2  # noqa: F401 - before the forks
    dirs = [HERE / c for c in a.cases] or sorted(p.parent for p in HERE.glob("*/case.yml"))
    for d in dirs:
        do_case(d, a)
    sys.exit(1 if record.wrong else 0)


if __name__ == "__main__":
    main()
