"""Files from outside that no command can use: torn, bloated, deep, mistyped, or no files at all.

``odd_files`` writes them below a folder, by what a command would take them for.
None of them may end a batch or the process, or cost more than seconds and some
hundred megabytes.
"""

import gzip
import io
import json
import os
import struct
import zipfile
import zlib
from itertools import pairwise

import fhir_bundles
import openpyxl
import pyarrow as pa
import pyarrow.parquet

MIB = 1 << 20
CASE = {
    "schema": "igmfat-case/1",
    "subject": "SIM-001",
    "sex": "male",
    "age_years": 60,
    "height_cm": 175,
    "weight_kg": 80,
    "haematocrit": 0.3,
    "titres": [{"time_h": 0, "igm_mg_dl": 38}, {"time_h": 24, "igm_mg_dl": 84}],
    "doses": [{"start_h": 2, "volume_ml": 431, "duration_h": 13.5}],
    "vasopressor_stopped_h": None,
}
ENTRIES = (fhir_bundles.PATIENT, *fhir_bundles.BODY, fhir_bundles.igm(35, fhir_bundles.FIRST))
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": one} for one in ENTRIES],
}
SUMMARY = {
    "schema": "igmfat-workshop/1",
    "version": "0.1.0",
    "saved_at": "2026-03-01T06:00:00+00:00",
    "record": {"seat": "0" * 32, "lessons": {}},
    "cases": {},
    "digest": "",
}
HEADER = "subject,sex,age_years,height_cm,weight_kg,haematocrit,igm,igm_unit"
ROW = "S1,male,60,175,80,0.3,38,mg/dL"
TABLE = f"{HEADER}\n{ROW}\n"


def text_damage(good):
    """What can happen to any text file."""
    return {
        "empty": b"",
        "blank": b" \n\t\n",
        "half": good[: len(good) // 2],
        "nul": b"\0" * 1000,
        "utf16": good.decode().encode("utf-16"),
        "latin1": b"\xe4" + good,
        "gzip": gzip.compress(good),
        "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        "program": b"\x7fELF" + bytes(4096),
        "page": b"<!doctype html><title>404</title>",
        "huge": b" " * (64 * MIB),
    }


def json_damage(document, field):
    """What JSON allows, or what some writer takes for JSON, in the place of one field."""
    good = json.dumps(document)
    placed = json.dumps(document | {field: "PLACE"})
    values = {
        "nan": "NaN",
        "infinity": "-Infinity",
        "overflow": "1e400",
        "digits": "9" * 5000,
        "true": "true",
        "null": "null",
        "text": '"sixty"',
        "list": "[60]",
        "object": '{"value": 60}',
        "surrogate": r'"\ud800"',
        "deep": "[" * 400 + "]" * 400,
        "deeper": "[" * 900 + "]" * 900,
        "deepest": "[" * 100_000 + "]" * 100_000,
        "torn_deep": "[" * 200_000,
        "objects": '{"a":' * 900 + "1" + "}" * 900,
    }
    return {
        **text_damage(good.encode()),
        **{name: placed.replace('"PLACE"', value).encode() for name, value in values.items()},
        "twice": f'{{"{field}": 1, {good[1:]}'.encode(),
        "surrogate_name": rf'{{"\udfff": 1, {good[1:]}'.encode(),
        "top_list": f"[{good}]".encode(),
        "top_text": json.dumps(good).encode(),
        "top_number": b"9" * 5000,
        "top_null": b"null",
        "comment": b"// saved\n" + good.encode(),
        "trailing": good.encode() + b",",
        "two": good.encode() * 2,
    }


def cases():
    """Case files, each refused."""
    swapped = {
        f"{field}_{kind}": json.dumps(CASE | {field: value}).encode()
        for field in ("subject", "age_years", "titres", "doses", "criteria")
        for kind, value in (("null", None), ("lists", [[[]]]), ("large", 10**400))
    }
    many = [{"time_h": hour / 1000, "igm_mg_dl": 38} for hour in range(100_000)]
    return {
        **json_damage(CASE, "age_years"),
        **swapped,
        "many_titres": json.dumps(CASE | {"titres": many}).encode(),
        "bom": b"\xef\xbb\xbf" + json.dumps(CASE).encode(),
    }


def bundles():
    """Bundles, each refused."""
    far = fhir_bundles.igm(90, "9999-12-31T23:59:59-23:59")
    contained = {"resourceType": "Basic", "code": {"text": "x"}}
    for _ in range(200):
        contained = {"resourceType": "Basic", "code": {"text": "x"}, "contained": [contained]}
    more = {
        "no_entry": {"resourceType": "Bundle", "type": "collection"},
        "far": BUNDLE | {"entry": [*BUNDLE["entry"], {"resource": far}]},
        "nested": BUNDLE | {"entry": [*BUNDLE["entry"], {"resource": contained}]},
        "unknown": BUNDLE | {"entry": [{"resource": {"resourceType": "Nonsense"}}]},
        "many": BUNDLE | {"entry": BUNDLE["entry"] * 1000},
    }
    return json_damage(BUNDLE, "entry") | {
        name: json.dumps(one).encode() for name, one in more.items()
    }


def summaries():
    """Files of a class, none of which counts."""
    return json_damage(SUMMARY, "saved_at")


def designs():
    """Designs in YAML, each refused."""
    names = [f"a{level}" for level in range(30)]
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(names)
    )
    texts = {
        "laughs": laughs,
        "itself": "arms: &a [*a]\n",
        "deep": "patients: " + "[" * 10_000 + "]" * 10_000,
        "deep_block": "".join(" " * level + "a:\n" for level in range(300)),
        "object": "patients: !!python/object/apply:os.system ['true']\n",
        "tag": "patients: !!set {a, b}\n",
        "digits": f"patients: {'9' * 5000}\n",
        "large": f"patients: 1{'0' * 400}\n",
        "exponent": "patients: 1e400\n",
        "infinity": "patients: .inf\n",
        "nan": "patients: .NaN\n",
        "octal": "patients: 0o17\n",
        "sixties": "patients: 72:00\n",
        "quoted": 'patients: "356"\n',
        "twice": "patients: 100\npatients: 200\n",
        "merge": "a: &a {patients: 3}\n<<: *a\n",
        "anchor": "patients: *nothing\n",
        "two": "patients: 100\n---\npatients: 200\n",
        "tab": "patients:\n\t- 1\n",
        "key": "? [a, b]\n: 1\n",
        "null": "~\n",
        "number": "356\n",
        "list": "- patients\n",
        "date": "patients: 2026-03-01\n",
        "surrogate": 'arms: ["\\ud800"]\n',
        "long_key": f"{'k' * 90_000}: 1\n",
        "control": "patients: \x07\n",
        "binary": "patients: !!binary aGVsbG8=\n",
    }
    return text_damage(b"patients: 356\n" * 2) | {n: t.encode() for n, t in texts.items()}


def csv_tables():
    """Tables in CSV, each refused as a whole."""
    bytes_of = {
        "header_once_more": f"{HEADER},igm\n{ROW},40\n".encode(),
        "open_quote": f'{TABLE}"S2,male,60,175,80,0.3,38,mg/dL\n'.encode() * 50,
        "columns": b"," * (8 * MIB),
        "one_line": b"x" * (32 * MIB),
        "long_cell": TABLE.encode() + b"S2," + b"9" * 200_000,
        "wide_and_long": b",".join(b"c%d" % i for i in range(5000)) + b"\n1" * 500_000,
        "empty_lines": HEADER.encode() + b"\n" * (32 * MIB),
        "carriage_returns": HEADER.encode() + b"\r" * (32 * MIB),
        "rows": HEADER.encode() + b"\n,,,,,,," * 1_500_000,
        "quotes": b'"' * (4 * MIB),
    }
    # Half of a table is a table of fewer rows.
    damage = text_damage(TABLE.encode() * 2)
    del damage["half"]
    return damage | bytes_of


def workbooks():
    """Tables in XLSX, each refused as a whole."""
    good = workbook_bytes()
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    wide = b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>'
    laughs = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(12)
    )
    sheet = "xl/worksheets/sheet1.xml"
    return {
        "empty": b"",
        "text": TABLE.encode(),
        "half": good[: len(good) // 2],
        "no_parts": with_parts(good, {}, keep=()),
        "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "no_sheet": with_parts(good, {}, keep=lambda name: name != sheet),
        "no_xml": with_parts(good, {sheet: b"\0" * 100}),
        "entities": with_parts(good, {sheet: laughs + b"]><worksheet>&m;</worksheet>"}),
        "wide_rows": with_parts(
            good, {sheet: sheet_xml(b"".join(wide % (i, i) for i in range(1, 9000)))}
        ),
        "rows_bomb": bomb(good, sheet, SHEET_START, row * (MIB // len(row)), 1500),
        "blank_bomb": bomb(good, sheet, SHEET_START, b" " * MIB, 3000),
        "one_cell_bomb": bomb(
            good, sheet, SHEET_START + b'<row><c t="inlineStr"><is><t>', b"x" * MIB, 2000
        ),
        "strings_bomb": bomb(
            good, "xl/sharedStrings.xml", STRINGS_START, b"<si><t>x</t></si>" * 60_000, 1500
        ),
        "styles_bomb": bomb(good, "xl/styles.xml", b"<styleSheet>", b"<a/>" * 250_000, 1500),
        "twice": with_parts(good, {sheet: sheet_xml(b"<row><c><v>1</v></c><c><v>1</v></c></row>")}),
    }


def parquets():
    """Tables in Parquet, each refused as a whole."""
    good = parquet_bytes(dict(zip(HEADER.split(","), zip(ROW.split(",")), strict=True)))
    constant = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), ["x" * MIB])
    nested = pa.array([1])
    for _ in range(60):
        nested = pa.array([nested.to_pylist()])
    return {
        "empty": b"",
        "text": TABLE.encode(),
        "half": good[: len(good) // 2],
        "tail": good[:4] + good[len(good) // 2 :],
        "footer": good[:-8] + struct.pack("<I", 0x7FFFFFF0) + b"PAR1",
        "no_columns": parquet_bytes({"a": []}),
        "long": parquet_bytes({"subject": pa.nulls(20_000_000, pa.int8())}),
        "wide": parquet_bytes({f"c{i}": [1] for i in range(20_000)}),
        "one_text": parquet_bytes({"subject": constant}),
        "nested": parquet_bytes({"subject": nested}),
        "lists": parquet_bytes({name: [[1, 2]] for name in HEADER.split(",")} | {"more": [[1]]}),
        "bits": bytes(255 - byte if 100 < i < 300 else byte for i, byte in enumerate(good)),
    }


SHEET_START = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
STRINGS_START = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet_xml(rows):
    return SHEET_START + rows + b"</sheetData></worksheet>"


def workbook_bytes():
    book = openpyxl.Workbook()
    for line in TABLE.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(good, parts, keep=lambda _name: True):
    """The workbook with some parts replaced, compressed as usual."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if keep and keep(name):
                new.writestr(name, parts.get(name, old.read(name)))
    return out.getvalue()


def bomb(good, name, start, block, times):
    """The workbook with a part that begins with ``start`` and repeats a block, without its end."""
    out = io.BytesIO(with_parts(good, {}, keep=lambda one: one != name))
    first = zlib.compressobj(9, wbits=-15)
    head = first.compress(start) + first.flush(zlib.Z_FULL_FLUSH)
    again = zlib.compressobj(9, wbits=-15)
    piece = again.compress(block) + again.flush(zlib.Z_FULL_FLUSH)
    body = head + piece * times + b"\x03\x00"  # an empty last block
    size = len(start) + len(block) * times
    with zipfile.ZipFile(out, "a") as book:
        offset = book.start_dir
        info = zipfile.ZipInfo(name)
        info.compress_type, info.header_offset = zipfile.ZIP_DEFLATED, offset
        info.compress_size, info.file_size, info.CRC = len(body), size, 0
        book.fp.seek(offset)
        book.fp.write(info.FileHeader() + body)
        book.start_dir = book.fp.tell()
        book.filelist.append(info)
        book.NameToInfo[name] = info
        book._didModify = True
    return out.getvalue()


def parquet_bytes(columns):
    out = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


#: What a command takes a file for: its ending, and the generator.
KINDS = {
    "case": (".json", cases),
    "bundle": (".json", bundles),
    "summary": (".json", summaries),
    "design": (".yaml", designs),
    "csv": (".csv", csv_tables),
    "xlsx": (".xlsx", workbooks),
    "parquet": (".parquet", parquets),
}


def no_files(folder, ending):
    """What has the name of a file and is none."""
    (folder / f"a_folder{ending}").mkdir()
    os.mkfifo(folder / f"a_pipe{ending}")
    (folder / f"a_device{ending}").symlink_to("/dev/zero")
    (folder / f"a_circle{ending}").symlink_to(folder / f"a_circle{ending}")
    (folder / f"a_dead_link{ending}").symlink_to(folder / "nowhere")


def odd_files(folder, kind):
    """Write every odd file of a kind into a folder; their paths by name."""
    ending, made = KINDS[kind]
    folder.mkdir(parents=True)
    for name, content in made().items():
        (folder / f"{name}{ending}").write_bytes(content)
    no_files(folder, ending)
    return sorted(folder.iterdir())
