import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("File systems")
struct FilesystemInputTests {
  private let log = RecordingLog()

  @Test(
    "mountinfo",
    arguments: [
      KernelCase("empty", ""),
      KernelCase("a blank line", "\n", malformed: 1),
      KernelCase("cut before the dash", "27 1 254:0 / / rw,relatime\n", malformed: 1),
      KernelCase("cut behind the dash", "27 1 254:0 / / rw -\n", malformed: 1),
      KernelCase("cut behind the type", "27 1 254:0 / / rw - ext4\n", malformed: 1),
      KernelCase("no place", "27 1 254:0 /  rw - ext4 /dev/vda rw\n", malformed: 1),
      KernelCase("no optional field", "27 1 254:0 / / rw - ext4 /dev/vda rw\n", ["/ /dev/vda ext4 254:0"]),
      KernelCase(
        "optional fields", "27 1 254:0 / /x rw shared:1 master:2 - ext4 /dev/vda rw\n", ["/x /dev/vda ext4 254:0"]),
      KernelCase("an empty device", "27 1 0:5 / /x rw - tmpfs  rw\n", ["/x  tmpfs 0:5"]),
      KernelCase(
        "escapes", #"27 1 0:5 / /a\040b\011c\012d\134e rw - ext4 /dev/x\040y rw"#, ["/a b\tc\nd\\e /dev/x y ext4 0:5"]),
      KernelCase(
        "escapes that are none", #"27 1 0:5 / /a\04 rw - ext4 \999\777\ rw"#, [#"/a\04 \999\777\ ext4 0:5"#]),
      KernelCase(
        "bytes that are not UTF-8", bytes: Array("27 1 0:5 / /a".utf8) + [0xFF] + Array(" rw - ext4 x rw\n".utf8),
        ["/a\u{FFFD} x ext4 0:5"]),
    ])
  func mountinfo(one: KernelCase) {
    var malformed: UInt64 = 0
    let mounts = Mount.parse(one.bytes.span, malformed: &malformed)
    #expect(mounts.map { "\($0.point) \($0.device) \($0.type) \($0.number)" } == one.wanted)
    #expect(malformed == one.malformed)
  }

  @Test("A path keeps the kernel's bytes, whatever its label shows")
  func bytes() {
    var malformed: UInt64 = 0
    let text = Array("1 1 0:5 / /a".utf8) + [0xFF] + Array("\\040 rw - ext4 x rw\n".utf8)
    #expect(Mount.parse(text.span, malformed: &malformed).first?.path == Array("/a".utf8) + [0xFF, 0x20])
  }

  @Test(
    "Which mounts are left out, as node_exporter does",
    arguments: [
      ("/", "ext4", false), ("/dev", "tmpfs", true), ("/dev/shm", "tmpfs", true), ("/devices", "ext4", false),
      ("/proc/x", "ext4", true), ("/sys", "x", true), ("/run", "tmpfs", false), ("/run/credentials", "ramfs", false),
      ("/run/credentials/a", "ramfs", true), ("/var/lib/docker", "ext4", false),
      ("/var/lib/docker/overlay2/x", "ext4", true), ("/var/lib/containers/storage/x", "ext4", true),
      ("/x", "overlay", true), ("/x", "cgroup2", true), ("/x", "nfs4", false), ("/x", "tmpfs", false),
    ])
  func leftOut(point: String, type: String, wanted: Bool) {
    let mount = Mount(device: "d", point: point, path: Array(point.utf8), type: type, number: "0:1")
    #expect((mount.isTypeLeftOut || mount.isPointLeftOut) == wanted)
  }

  private func input(_ tree: ProcTree, _ work: StepWork, _ points: [String]) throws -> FilesystemInput {
    let lines = points.map { "27 1 254:0 / \($0) rw - ext4 /dev/vda rw\n" }
    try tree.write("self/mountinfo", lines.joined())
    return FilesystemInput(paths: tree.paths, log: log, work: work)
  }

  private let root = #"device="/dev/vda",device_error="",fstype="ext4",mountpoint="/""#

  @Test("A mount that is stuck is not asked again until its call is back, and recovers")
  func stuck() throws {
    let tree = try ProcTree()
    let work = StepWork()
    work.way = .stuck
    let input = try input(tree, work, ["/"])
    input.sample(at: tree.now)
    let timeout = #"device="/dev/vda",device_error="mountpoint timeout",fstype="ext4",mountpoint="/""#
    var sink = RecordingSink.of(input)
    #expect(sink["node_filesystem_device_error", timeout] == 1)
    #expect(sink.values("node_filesystem_size_bytes").isEmpty)
    // The double's call is back by now: the next look asks anew.
    work.way = .prompt
    tree.pass(15)
    input.sample(at: tree.now)
    sink = RecordingSink.of(input)
    #expect(sink["node_filesystem_device_error", root] == 0)
    #expect(sink["node_filesystem_size_bytes", root] != nil)
    #expect(
      log.lines.dropFirst() == [
        "warning a file system does not answer mountpoint=/ error=mountpoint timeout",
        "info a file system answers again mountpoint=/",
      ])
  }

  @Test("A mount that no helper took up is not at fault and is asked again")
  func refused() throws {
    let tree = try ProcTree()
    let work = StepWork()
    work.way = .refused
    let input = try input(tree, work, ["/"])
    input.sample(at: tree.now)
    #expect(work.subjects == ["/"])
    work.way = .prompt
    tree.pass(15)
    input.sample(at: tree.now)
    #expect(RecordingSink.of(input)["node_filesystem_device_error", root] == 0)
  }

  @Test("A mount that is not there says why, once")
  func absent() throws {
    let tree = try ProcTree()
    let input = try input(tree, StepWork(), ["/no/such/place"])
    for _ in 0..<3 {
      input.sample(at: tree.now)
      tree.pass(15)
    }
    let labels =
      #"device="/dev/vda",device_error="no such file or directory",fstype="ext4",mountpoint="/no/such/place""#
    #expect(RecordingSink.of(input).values("node_filesystem_device_error") == [labels: 1])
    #expect(log.lines.filter { $0.hasPrefix("warning") }.count == 1)
  }

  @Test("Of mounts on one point the last is seen; past the limit they are left out and counted")
  func limit() throws {
    let tree = try ProcTree()
    let work = StepWork()
    work.way = .refused
    try tree.write("1/mountinfo", "1 1 0:1 / / rw - ext4 a rw\n2 1 0:2 / / rw - xfs b rw\n")
    let twice = FilesystemInput(paths: tree.paths, log: log, work: work)
    twice.sample(at: tree.now)
    #expect(
      RecordingSink.of(twice).values("node_filesystem_mount_info") == [
        #"device="b",major="0",minor="2",mountpoint="/""#: 1
      ])
    try tree.remove("1/mountinfo")
    let many = try input(tree, work, (0..<Limits.mounts + 3).map { "/m\($0)" })
    many.sample(at: tree.now)
    let sink = RecordingSink.of(many)
    #expect(sink["vitals_filesystems_left_out"] == 3)
    #expect(sink.values("node_filesystem_mount_info").count == Limits.mounts)
  }

  @Test("Lists of types and of mount points, and a root that is mounted elsewhere")
  func chosen() throws {
    let tree = try ProcTree()
    let root = tree.rooted.root
    try tree.write("root/srv/x", "")
    let lines = ["\(root) ext4 rw rw", "\(root)/srv xfs ro rw", "/other xfs rw rw", "\(root)/t tmpfs rw rw"]
    let text = lines.map { line in
      let fields = line.split(separator: " ")
      return "27 1 254:0 / \(fields[0]) \(fields[2]) - \(fields[1]) /dev/vda \(fields[3])\n"
    }
    try tree.write("self/mountinfo", text.joined())
    var options = HostOptions()
    options.filesystems = try NameFilter("-tmpfs", option: "filesystems")
    options.mounts = try NameFilter("-/other", option: "mounts")
    let input = FilesystemInput(paths: tree.rooted, log: log, work: StepWork(), options: options)
    input.sample(at: tree.now)
    let sink = RecordingSink.of(input)
    let srv = #"device="/dev/vda",device_error="",fstype="xfs",mountpoint="/srv""#
    #expect(sink.values("node_filesystem_readonly") == [self.root: 0, srv: 1])
    #expect(sink.values("node_filesystem_purgeable_bytes") == [self.root: 0, srv: 0])
    #expect((sink["node_filesystem_size_bytes", srv] ?? 0) > 0)
  }
}
