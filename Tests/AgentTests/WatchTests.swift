import Testing

@testable import VitalsAgent

@Suite("Watches")
struct WatchTests {
  @Test(
    "What is no watch is refused with its reason",
    arguments: [
      ("", "must be NAME=MATCH"), ("api", "must be NAME=MATCH"), ("=uvicorn", "must be NAME=MATCH"),
      ("api=", "must be NAME=MATCH"), ("api=name:", "nothing stands after 'name:'"),
      ("api=exe:", "nothing stands after 'exe:'"), ("api=cmd:", "nothing stands after 'cmd:'"),
      ("api=pid:", "nothing stands after 'pid:'"), ("api=pid:x", "'x' is no pid"), ("api=pid:0", "'0' is no pid"),
      ("api=pid:-5", "'-5' is no pid"), ("api=pid:99999999999", "'99999999999' is no pid"),
      ("api=port:0", "'0' is no port"), ("api=port:65536", "'65536' is no port"),
      ("api=port:http", "'http' is no port"),
      ("api=cgroup:", "nothing stands after 'cgroup:'"), ("api=cgroup:x", "a cgroup's path begins with '/'"),
      ("api=cgrup:/x", "no kind 'cgrup:'"), ("api=PORT:80", "no kind 'PORT:'; there are name:, exe:"),
      ("api=Name:x", "no kind 'Name:'"), ("api=prot:80", "no kind 'prot:'"), ("api=ports:80", "no kind 'ports:'"),
      ("api=por:80", "no kind 'por:'"), ("api=post:80", "no kind 'post:'"), ("api=exec:x", "no kind 'exec:'"),
      ("api=cdm:x", "no kind 'cdm:'"), ("api=nmae:x", "cmd:*nmae:x*"),
    ])
  func bad(text: String, reason: String) {
    let error = #expect(throws: UsageError.self) { try Watch.parse(text) }
    #expect(error?.message.contains(reason) == true)
    if let kind = text.split(separator: "=").last { #expect(error?.message.contains(kind) == true) }
  }

  @Test(
    "What a watch means",
    arguments: [
      ("api=uvicorn", .word("uvicorn")), ("api=name:a:b", .name("a:b")), ("api=exe:/usr/bin/x", .exe("/usr/bin/x")),
      ("api=cmd:* --port=80 *", .cmd("* --port=80 *")), ("api=pid:1", .pid(1)), ("api=port:65535", .port(65_535)),
      ("api=foo:bar", .word("foo:bar")), ("api=main:app", .word("main:app")), ("api=app:api", .word("app:api")),
      ("api=uvicorn main:app", .word("uvicorn main:app")), ("api=src.main:app", .word("src.main:app")),
      ("api=prt2:x", .word("prt2:x")), ("api=e:x", .word("e:x")), ("api=ëxe:x", .word("ëxe:x")),
      ("api=cgroup:/a/*.service", .cgroup("/a/*.service")), ("api=cgroup:*pod1*", .cgroup("*pod1*")),
      ("api=:x", .word(":x")), ("api=a=b", .word("a=b")),
    ] as [(String, ProcessMatch)])
  func good(text: String, match: ProcessMatch) throws {
    #expect(try Watch.parse(text) == Watch(service: "api", match: match))
  }

  @Test(
    "Globs",
    arguments: [
      ("", "a", false), ("a", "", false), ("?", "", false), ("a", "ab", false), ("a?", "a", false), ("*a", "ab", false),
      ("a*b*c", "abd", false), ("[a]", "a", false), ("A", "a", false), ("*?*", "", false),
      ("", "", true), ("*", "", true), ("**", "", true), ("*", "x y", true), ("?", "ü", true), ("a*c", "abbbc", true),
      ("a*b*c", "a-b-b-c", true), ("*.py*", "python3 app.py --x", true), ("a?c", "a*c", true), ("*ab", "aab", true),
      ("*a*b", "aXbXb", true), ("\\", "\\", true),
    ])
  func globs(pattern: String, text: String, wanted: Bool) { #expect(Glob.matches(pattern, text) == wanted) }

  @Test("A glob of many stars over a long line ends soon")
  func worstCase() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!Glob.matches(pattern, String(repeating: "a", count: Limits.commandLineBytes)))
  }

  @Test(
    "Which processes match",
    arguments: [
      ("name:uvicor", false), ("name:UVICORN", false), ("name:uvicorn", true), ("exe:python", false),
      ("exe:bin/python3", false), ("exe:/usr/bin/python3", true), ("exe:python3", true), ("cmd:uvicorn", false),
      ("cmd:*uvicorn app:api*", true), ("pid:8", false), ("pid:7", true), ("port:80", false), ("app", false),
      ("--reload", false), ("uvicorn app", false), ("app:api uvicorn", false), ("app:api --reload x", false),
      ("uvicorn app:api", true), ("python3 uvicorn  app:api --reload", true), ("uvicorn", true), ("python3", true),
      ("app:api", true), ("/opt/uvicorn", true), ("cgroup:/", false), ("cgroup:/system.slic", false),
      ("cgroup:/system.slice/api", false), ("cgroup:*/worker/x", false), ("cgroup:/system.slice/api.service", true),
      ("cgroup:/system.slice", true), ("cgroup:*api.service", true), ("cgroup:/docker/*", true),
      ("cgroup:/system.slice/api.service/worker", true),
    ])
  func accepts(text: String, wanted: Bool) throws {
    let process = ProcessIdentity(
      pid: 7, name: "uvicorn", arguments: ["/usr/bin/python3", "/opt/uvicorn", "app:api", "--reload"],
      executable: "/usr/bin/python3", cgroups: ["/system.slice/api.service/worker", "/docker/0123"])
    #expect(try ProcessMatch.parse(text).accepts(process) == wanted)
  }

  @Test("A name is cut to the kernel's 15 bytes, be it in the middle of a letter")
  func longName() {
    func named(_ bytes: [UInt8]) -> ProcessIdentity {
      ProcessIdentity(pid: 1, name: String(decoding: bytes, as: UTF8.self), arguments: [], executable: "")
    }
    let long = "fourteen-bytesü-and-more"
    #expect(ProcessMatch.name(long).accepts(named(Array(long.utf8.prefix(15)))))
    #expect(!ProcessMatch.name(long).accepts(named(Array("fourteen-bytes".utf8))))
    #expect(!ProcessMatch.word("").accepts(named(Array("x".utf8))))
  }
}
