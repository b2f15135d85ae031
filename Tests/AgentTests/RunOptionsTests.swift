import Foundation
import Testing

@testable import VitalsAgent

@Suite("The agent's settings")
struct RunOptionsTests {
  private let tree: ProcTree

  init() throws {
    tree = try ProcTree()
    try tree.write("whole/stat", "cpu  1 2 3 4\n")
    try tree.write("other/stat", "kernel\n")
    try tree.write("empty/stat", "")
    try tree.write("bare/x", "")
    try tree.write("folder/stat/x", "")
    #expect(unsafe mkfifo(tree.folder.appendingPathComponent("pipe").path, 0o600) == 0)
  }

  @Test(
    "A tree of the kernel that is not there is refused",
    arguments: [
      ("proc", "nowhere", "No such file or directory"), ("proc", "whole/stat", "is no directory"),
      ("proc", "bare", "is no procfs: stat: No such file or directory"),
      ("proc", "other", "is no procfs: stat is another file"), ("proc", "empty", "is no procfs: stat is another file"),
      ("proc", "folder", "is no procfs: stat: Is a directory"), ("proc", "pipe", "is no directory"),
      ("sys", "nowhere", "No such file or directory"), ("sys", "whole/stat", "is no directory"),
      ("sys", "pipe", "is no directory"), ("root", "nowhere", "No such file or directory"),
      ("root", "whole/stat", "is no directory"),
    ])
  func trees(option: String, name: String, reason: String) {
    let path = tree.folder.appendingPathComponent(name).path
    #expect(throws: UsageError(message: "--\(option) \(path): \(reason)")) { try RunOptions([option: [path]]) }
    #expect(throws: UsageError.self) { try DashboardCommand([option: [path]], []) }
  }

  @Test("A tree of the kernel that is there is taken")
  func trees() throws {
    let path = tree.folder.appendingPathComponent("whole").path
    let options = try RunOptions(["proc": [path], "sys": [path]])
    #expect(options.paths.proc == path && options.paths.sys == path && options.paths.root.isEmpty)
    #expect(try RunOptions(["root": ["/"]]).paths.root.isEmpty)
    #expect(try RunOptions(["root": [path + "//"]]).paths.root == path)
  }

  @Test(
    "What a list cannot mean is refused by its option",
    arguments: [
      (["disks": ["sda,"]], "--disks sda,: a name is empty; the list is GLOB,-GLOB,... without blanks"),
      (["textfile-dir": ["/a", "b"]], "--textfile-dir b: must be an absolute path"),
      (["root": ["b"]], "--root b: must be an absolute path"),
    ])
  func lists(values: [String: [String]], message: String) {
    #expect(throws: UsageError(message: message)) { try RunOptions(values) }
  }

  @Test("Without a list the host's series are node_exporter's")
  func host() throws {
    let options = try RunOptions([:])
    #expect(options.host.disks == .standard && options.choice == .standard)
    #expect(try RunOptions(["mounts": ["/srv"]]).host.mounts.takes("/srv", isStandard: false))
    #expect(try RunOptions(["filesystems": ["-xfs"]]).host.filesystems.takes("xfs") == false)
    #expect(try !RunOptions(["collect": ["cpu"]]).choice.takes("memory", group: "host"))
  }

  @Test("A list of network devices is checked and kept")
  func networks() throws {
    #expect(throws: UsageError.self) { try RunOptions(["networks": ["eth0,"]]) }
    let options = try RunOptions(["networks": ["-veth*"]])
    #expect(options.host.networks == (try NameFilter("-veth*", option: "networks")))
    #expect(try RunOptions([:]).host == HostOptions())
  }

  @Test(
    "What no Host could be is not allowed as one",
    arguments: [
      "x:80", "*", "*.example", "a b", "", ".", "a..b", ".a", "http://a", "a/b", "a,b", "a@b", "müller.example",
      "127.0.0.1:80", "[::1]:80", "[::1", "::1]", "[127.0.0.1]", "[a]", "a\0", "a\n", String(repeating: "a", count: 64),
      String(repeating: "a.", count: 126) + "aa",
    ])
  func badHosts(host: String) {
    let message = "--allow-host \(host): must be a host's name or address, without a port"
    #expect(throws: UsageError(message: message)) { try RunOptions(["allow-host": [host]]) }
  }

  @Test(
    "Names and addresses are allowed",
    arguments: [
      "a", "Vitals.Example", "a-b.c_d", "xn--mller-kva.example", "example.com.", "10.0.0.1", "::1", "[::1]", "7",
      String(repeating: "a", count: 63), String(repeating: "a.", count: 126) + "a",
    ])
  func goodHosts(host: String) throws { #expect(try RunOptions(["allow-host": [host]]).allowedHosts == [host]) }

  @Test(
    "Where no client could be served the agent does not start",
    arguments: [
      (0, 0, false), (0, 16, false), (0, Limits.descriptorsAtLeast - 1, false), (1, Limits.descriptorsAtLeast, false),
      (3, Limits.descriptorsAtLeast + 7, false), (0, Limits.descriptorsAtLeast, true),
      (3, Limits.descriptorsAtLeast + 8, true), (0, Int.max, true),
    ])
  func descriptors(logs: Int, limit: Int, isEnough: Bool) throws {
    let command = RunCommand(try RunOptions(["log": (0..<logs).map { "\($0).log" }]))
    if isEnough { return try command.checkDescriptors(UInt64(limit)) }
    let error = #expect(throws: UsageError.self) { try command.checkDescriptors(UInt64(limit)) }
    #expect(error?.message.hasPrefix("only \(limit) open files are allowed and ") == true)
  }

  @Test("The soft limit on descriptors becomes the hard one")
  func raised() {
    var limit = rlimit()
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    #expect(DescriptorLimit.raise() == UInt64(limit.rlim_max))
    #expect(unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    #expect(limit.rlim_cur == limit.rlim_max)
  }
}
