"""Debian's nginx in front of a server of ours, with the configuration that we ship."""

import datetime
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CONFIGURATION = Path(__file__).parent.parent / "deploy" / "nginx" / "igmfat.conf"
NAME = "localhost"


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificate(folder):
    """A certificate that signs itself, for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)


def configuration(folder, outside, inside):
    """The configuration that we ship, with this test's port and certificate."""
    shipped = CONFIGURATION.read_text()
    for before, after in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{outside} ssl;"),
        ("ward.example;", f"{NAME};"),
        ("/etc/ssl/ward.example.pem", str(folder / "certificate.pem")),
        ("/etc/ssl/ward.example.key", str(folder / "key.pem")),
        ("127.0.0.1:8866", f"127.0.0.1:{inside}"),
    ):
        assert shipped.count(before) == 1
        shipped = shipped.replace(before, after)
    places = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid;\n"
        f"error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log {folder}/access.log;\n{places}\n{shipped}\n}}\n"
    )
    return folder / "nginx.conf"


@contextmanager
def behind_nginx(nginx, folder, inside):
    """nginx in front of a port; its address."""
    outside = free_port()
    certificate(folder)
    command = [nginx, "-p", str(folder), "-e", str(folder / "error.log"), "-c"]
    process = subprocess.Popen([*command, str(configuration(folder, outside, inside))])
    try:
        for _attempt in range(100):
            assert process.poll() is None, (folder / "error.log").read_text()
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", outside)) == 0:
                    break
            time.sleep(0.1)
        yield f"https://{NAME}:{outside}/igmfat/"
    finally:
        process.terminate()
        process.wait(30)
