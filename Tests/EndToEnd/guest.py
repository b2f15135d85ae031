# A virtual machine with a kernel of Debian's, for what may not be done to the machine that runs the test: controllers of
# version 2 for all resources, processors that go, a clock that jumps, sleep. Nothing of it is installed but qemu: kernel
# and busybox are packages that are only unpacked, and all that the guest has is an archive in memory, made here. Its
# commands go over one serial line, its kernel's messages over another. Emulated, so it runs anywhere, ten times slower.
# SPDX-License-Identifier: Apache-2.0
import base64
import glob
import gzip
import lzma
import os
import re
import select
import shlex
import shutil
import stat
import subprocess
import time

from harness import Scrape, check

# One command a line; behind its output its status, between signs that no text has. Who reads the commands has no children
# that end later, as they do when the first process inherits them: the shell's read loses half a line when one does.
INIT = r"""#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
mount -t cgroup2 none /sys/fs/cgroup
ip link set lo up
for module in $(cat /modules/order); do insmod /modules/$module; done
exec </dev/ttyS1 >/dev/ttyS1 2>&1
stty raw -echo
{
    printf '\036ready\037'
    while IFS= read -r line; do
        eval "$line" </dev/null
        printf '\036%d\037' $?
    done
    poweroff -f
} </dev/ttyS1 &
while :; do sleep 1; done
"""
MODULES = ["virtio_pci", "virtio_blk", "tcp_diag", "unix_diag"]
PORT = 9977


def download(folder, kernel):
    """Unpacks a kernel and busybox below a folder, unless they are there; returns where the kernel's package is."""
    if not shutil.which("qemu-system-x86_64"):
        subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "qemu-system-x86"], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    depends = subprocess.run(["apt-cache", "depends", kernel], capture_output=True, text=True, check=True).stdout
    real = re.search(r"Depends: (linux-image-\S+)", depends)
    for package in ["busybox", real[1] if real else kernel]:
        root = os.path.join(folder, package)
        if os.path.isdir(root):
            continue
        fresh = root + ".new"
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(fresh)
        subprocess.run(["apt-get", "download", "-q", package], cwd=fresh, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["dpkg", "-x", *glob.glob(fresh + "/*.deb"), fresh], check=True)
        os.rename(fresh, root)
    return root


def libraries(program):
    """The libraries that a program needs, and what loads them."""
    text = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"(?:=> |^\t)(/\S+)", text, re.MULTILINE)


def module(path):
    """A module's content, which newer kernels' packages have compressed."""
    with (lzma.open if path.endswith(".xz") else open)(path, "rb") as file:
        return file.read()


def modules(root):
    """The wanted modules and those that they need, in the order in which they are to be loaded."""
    known = {
        os.path.basename(path).split(".")[0].replace("-", "_"): path
        for path in glob.glob(root + "/**/*.ko*", recursive=True)
    }
    order = []

    def want(name):
        # What is not there is built into the kernel.
        if name not in known or known[name] in order:
            return
        depends = re.search(rb"\0depends=([^\0]*)\0", module(known[name]))
        for one in depends[1].decode().split(",") if depends else []:
            want(one.replace("-", "_"))
        order.append(known[name])

    for name in MODULES:
        want(name)
    return order


class Archive:
    """An archive in the form that the kernel unpacks at its start (cpio's "newc")."""

    def __init__(self):
        self.parts, self.count, self.folders = [], 0, set()

    def add(self, path, content=b"", mode=stat.S_IFREG | 0o755):
        self.folder(os.path.dirname(path))
        self.count += 1
        name = path.lstrip("/").encode() + b"\0"
        numbers = [self.count, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0]
        head = b"070701" + b"".join(b"%08X" % number for number in numbers) + name
        for part in (head, content):
            self.parts.append(part + b"\0" * (-len(part) % 4))

    def folder(self, path):
        path = path.rstrip("/")
        if path and path not in self.folders:
            self.folder(os.path.dirname(path))
            self.folders.add(path)
            self.add(path, mode=stat.S_IFDIR | 0o755)

    def file(self, source, path=None):
        with open(source, "rb") as file:
            self.add(path or source, file.read())

    def write(self, path):
        self.add("TRAILER!!!", mode=0)
        with open(path, "wb") as file:
            file.write(b"".join(self.parts))


def image(path, root, busybox, vitals):
    """Writes the guest's files: busybox, the agent, programs that make namespaces and change the user, what all need."""
    archive = Archive()
    archive.add("/init", INIT.encode())
    archive.file(busybox, "/bin/busybox")
    archive.file(vitals, "/bin/vitals")
    tools = [shutil.which(name) for name in ("unshare", "setpriv")]
    for tool in tools:
        archive.file(tool, "/usr/bin/" + os.path.basename(tool))
    for library in sorted({library for program in (busybox, vitals, *tools) for library in libraries(program)}):
        archive.file(library)
    for folder in ("/proc", "/sys", "/dev", "/tmp"):
        archive.folder(folder)
    order = modules(root)
    for number, one in enumerate(order):
        archive.add(f"/modules/{number}.ko", module(one))
    archive.add("/modules/order", "\n".join(f"{number}.ko" for number in range(len(order))).encode())
    archive.write(path)


class Guest:
    """A running machine with two processors, 1 GiB and a disk of 128 MiB."""

    def __init__(self, folder, root, vitals):
        path = os.path.join(folder, "guest.cpio")
        image(path, root, folder + "/busybox/bin/busybox", vitals)
        disk = os.path.join(folder, "disk")
        with open(disk, "wb") as file:
            file.truncate(128 << 20)
        self.console = os.path.join(folder, "console.log")
        self.pending = b""
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-machine", "pc", "-cpu", "max", "-smp", "2",
             "-m", "1024", "-nodefaults", "-display", "none", "-no-reboot", "-serial", "file:" + self.console, "-serial",
             "stdio", "-drive", f"file={disk},if=virtio,format=raw", "-kernel", glob.glob(root + "/boot/vmlinuz-*")[0],
             "-initrd", path, "-append", "console=ttyS0 quiet psi=1 panic=-1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.answer(180)
        except BaseException:
            self.close()
            raise

    def answer(self, seconds):
        """The output up to the next status, and the status."""
        deadline = time.monotonic() + seconds
        while True:
            found = re.search(rb"\x1e(\w+)\x1f", self.pending)
            if found:
                text = self.pending[: found.start()]
                self.pending = self.pending[found.end():]
                return text.decode("utf-8", "replace").replace("\r\n", "\n"), found[1].decode()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            check(more, f"the guest says nothing: {self.messages()[-500:]}")
            self.pending += more

    def messages(self):
        """What its kernel said."""
        with open(self.console, "rb") as file:
            return file.read().decode("utf-8", "replace")

    def tell(self, command, seconds=60):
        """Runs a line of shell; returns its output and status."""
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        text, status = self.answer(seconds)
        return text, int(status)

    def run(self, command, seconds=60):
        """Runs a line of shell that must not fail; returns its output."""
        text, status = self.tell(command, seconds)
        check(status == 0, f"{command}: status {status}: {text[-300:]}")
        return text

    def read(self, path):
        return self.run("cat " + shlex.quote(path))

    def write(self, path, text):
        self.run(f"echo {shlex.quote(text)} > {shlex.quote(path)}")

    def get(self, path, port=PORT):
        """A page of the agent's."""
        text = self.run(f"wget -q -O /tmp/page http://127.0.0.1:{port}{path} && gzip -c /tmp/page | base64")
        return gzip.decompress(base64.b64decode(text)).decode("utf-8", "strict")

    def scrape(self, port=PORT):
        return Scrape(self.get("/metrics", port))

    def close(self):
        self.process.kill()
        self.process.wait(10)
