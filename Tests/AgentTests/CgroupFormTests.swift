import Testing
import VitalsMetrics

@testable import VitalsAgent

@Suite("Odd and broken files of cgroups")
struct CgroupFormTests {
  private let names = BlockNames(sys: "/nowhere")

  private func parsed(
    _ form: CgroupForm, _ text: String
  ) -> (values: CgroupValues, traffic: CgroupTraffic, malformed: UInt64) {
    var values = CgroupValues()
    var traffic = CgroupTraffic(labels: LabelSet([("id", "/a")]), names: names)
    let malformed = form.parse(Array(text.utf8).span, into: &values, &traffic)
    return (values, traffic, malformed)
  }

  @Test(
    "A number",
    arguments: [
      ("", nil, 0), ("\n", nil, 1), ("x\n", nil, 1), ("-2\n", nil, 1), ("1 2\n", nil, 1), ("maxi\n", nil, 1),
      ("18446744073709551616\n", nil, 1), ("5", 5, 0), ("5\n", 5, 0), ("max\n", .max, 0), ("-1\n", .max, 0),
      ("9223372036854771712\n", 9_223_372_036_854_771_712, 0),
    ] as [(String, UInt64?, UInt64)])
  func number(text: String, wanted: UInt64?, malformed: UInt64) {
    let found = parsed(.number(.memoryLimit), text)
    #expect(found.values[.memoryLimit] == wanted)
    #expect(found.malformed == malformed)
    #expect(found.values.limit(.memoryLimit) == (wanted == 5 ? 5 : nil))
  }

  @Test(
    "A weight is taken for shares",
    arguments: [("0\n", nil), ("10001\n", nil), ("max\n", nil), ("1\n", 2), ("100\n", 2_597), ("10000\n", 262_144)]
      as [(String, UInt64?)])
  func weight(text: String, wanted: UInt64?) {
    let found = parsed(.weight, text)
    #expect(found.values[.shares] == wanted)
    #expect(found.malformed == (wanted == nil ? 1 : 0))
  }

  @Test(
    "A quota and its period",
    arguments: [
      ("", nil, 0), ("max\n", nil, 1), ("100000\n", nil, 1), ("x 100000\n", nil, 1), ("50000 max\n", nil, 1),
      ("-5 100000\n", nil, 1), ("50000 0\n", nil, 0), ("max 100000\n", nil, 0), ("150000 100000\n", 1.5, 0),
      ("150000 100000", 1.5, 0),
    ] as [(String, Double?, UInt64)])
  func quota(text: String, cores: Double?, malformed: UInt64) {
    let found = parsed(.quotaAndPeriod, text)
    #expect(found.values.cores == cores)
    #expect(found.malformed == malformed)
  }

  @Test(
    "Keys and values",
    arguments: [
      ("", nil, nil, 0), ("nr_throttled", nil, nil, 1), ("nr_throttled \n", nil, nil, 1),
      ("nr_throttled x\nthrottled_usec 3\n", nil, 3_000, 1), ("nr_throttled -1\n", nil, nil, 1),
      ("throttled_usec 18446744073709551615\n", nil, nil, 1), ("\n\nnr_throttled 2\n", 2, nil, 0),
      ("usage_usec\nnr_throttled 2 3\n", 2, nil, 0), ("nr_throttled 2\nthrottled_us", 2, nil, 0),
    ] as [(String, UInt64?, UInt64?, UInt64)])
  func keyed(text: String, count: UInt64?, time: UInt64?, malformed: UInt64) {
    let form = CgroupForm.keyed([
      CgroupKey("nr_throttled", .throttledPeriods), CgroupKey("throttled_usec", .throttledTime, scale: 1_000),
    ])
    let found = parsed(form, text)
    #expect(found.values[.throttledPeriods] == count)
    #expect(found.values[.throttledTime] == time)
    #expect(found.malformed == malformed)
  }

  @Test(
    "Pressure",
    arguments: [
      ("", nil, nil, 0), ("some\n", nil, nil, 1), ("other total=1\n", nil, nil, 1),
      ("some avg10=0.00 total=\n", nil, nil, 1), ("some avg10=0.00 total=1.5\n", nil, nil, 1),
      ("some total=18446744073709551615\n", nil, nil, 1), ("some avg10=0.28 avg60=0.08 avg300=0.01 tot", nil, nil, 1),
      ("some avg10=0.28 avg60=0.08 avg300=0.01 total=7\n", 7_000, nil, 0),
      ("full total=2\nsome total=1", 1_000, 2_000, 0),
    ] as [(String, UInt64?, UInt64?, UInt64)])
  func pressure(text: String, some: UInt64?, full: UInt64?, malformed: UInt64) {
    let found = parsed(.pressure(some: .ioSome, full: .ioFull), text)
    #expect(found.values[.ioSome] == some)
    #expect(found.values[.ioFull] == full)
    #expect(found.malformed == malformed)
  }

  private func lines(_ traffic: CgroupTraffic) -> [String] {
    traffic.devices.map { device in
      let values = CgroupTraffic.Figure.allCases.map { device[$0].map(String.init) ?? "-" }
      return "\(device.major):\(device.minor) " + values.joined(separator: " ")
    }
  }

  @Test(
    "io.stat",
    arguments: [
      ("", [], 0), ("\n", [], 0), ("8:0 \n", [], 0), ("8:0 dbytes=5\n", [], 0), ("8 rbytes=1\n", [], 1),
      ("8:x rbytes=1\n", [], 1), (":0 rbytes=1\n", [], 1), ("8:0 rbytes=\n", [], 1),
      ("8:0 rbytes=1 wbytes=x\n", ["8:0 1 - - -"], 1),
      ("8:0 rbytes=1 wby", ["8:0 1 - - -"], 0), ("8:0 rios=3 wios=4 cost.usage=5\n", ["8:0 - - 3 4"], 0),
      (
        "8:16 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n254:0 rbytes=7 wbytes=0 rios=1 wios=0\n",
        ["8:16 1 2 3 4", "254:0 7 0 1 0"], 0
      ),
    ] as [(String, [String], UInt64)])
  func devices(text: String, wanted: [String], malformed: UInt64) {
    let found = parsed(.devices, text)
    #expect(lines(found.traffic) == wanted)
    #expect(found.malformed == malformed)
  }

  @Test(
    "blkio.throttle.io_service_bytes",
    arguments: [
      ("", [], 0), ("8:0\n", [], 1), ("8:0 Read\n", [], 1), ("8:0 Read x\n", [], 1), ("80 Read 1\n", [], 1),
      ("Total 0\n", [], 0), ("8:0 Sync 1\n8:0 Total 1\nTotal 1\n", [], 0),
      ("8:0 Read 4096\n8:0 Write 512\n8:0 Sync 1\n8:0 Discard 9\nTotal 4608\n", ["8:0 4096 512 - -"], 0),
    ] as [(String, [String], UInt64)])
  func operations(text: String, wanted: [String], malformed: UInt64) {
    let found = parsed(.operations(read: .readBytes, write: .writtenBytes), text)
    #expect(lines(found.traffic) == wanted)
    #expect(found.malformed == malformed)
  }

  @Test("Devices past the limit are counted, and those that are gone make room")
  func manyDevices() {
    var values = CgroupValues()
    var traffic = CgroupTraffic(labels: .empty, names: names)
    func look(_ devices: Range<Int>) {
      traffic.begin()
      let text = devices.map { "8:\($0) rbytes=1 rios=1\n" }.joined()
      #expect(CgroupForm.devices.parse(Array(text.utf8).span, into: &values, &traffic) == 0)
      traffic.end()
    }
    look(0..<Limits.cgroupDevices + 3)
    #expect(traffic.devices.count == Limits.cgroupDevices)
    #expect(traffic.leftOut == 3)
    look(7..<9)
    #expect(traffic.devices.map(\.minor) == [7, 8])
    #expect(traffic.leftOut == 0)
  }

  @Test(
    "The cgroups of a process",
    arguments: [
      ("", nil, nil, [], 0), ("\n", nil, nil, [], 1), ("0:\n", nil, nil, [], 1), ("0::\n", nil, nil, [], 1),
      ("0::a\n", nil, nil, [], 1), ("x::/a\n", nil, nil, [], 1), ("0", nil, nil, [], 1),
      ("0::/a:b c\n", "/a:b c", nil, ["/a:b c"], 0), ("0::/a (deleted)\n", "/a", nil, ["/a"], 0),
      ("0::/../b", "/../b", nil, ["/../b"], 0),
      ("4:cpuset,memory:/m\n1:name=systemd:/s\n0::/\n", "/", "/m", ["/m", "/s", "/"], 0),
      ("9:memory:/m\n8:pids:/m\n", nil, "/m", ["/m"], 0),
    ] as [(String, String?, String?, [String], UInt64)])
  func places(text: String, unified: String?, memory: String?, all: [String], malformed: UInt64) {
    var count: UInt64 = 0
    let places = CgroupPlaces(Array(text.utf8).span, malformed: &count)
    #expect(places.unified == unified)
    #expect(places[.memory] == memory)
    #expect(places.all == all)
    #expect(count == malformed)
  }

  @Test(
    "Mounts of trees",
    arguments: [
      ("", [], 0), ("31 23 0:28 / /sys/fs/cgroup rw\n", [], 1), ("31 23 0:28 /\n", [], 1), ("\n", [], 1),
      ("31 23 0:28 / /sys/fs/cgroup rw -\n", [], 1), ("31 23 0:28 / /x rw - tmpfs tmpfs rw\n", [], 0),
      ("31 23 0:28 / /x rw - cgroup2\n", ["2  / /x"], 0),
      ("31 23 0:28 /a\\040b /x\\134y rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw\n", ["2  /a b /x\\y"], 0),
      (
        "31 23 0:28 /docker/1 /a rw - cgroup cgroup rw,cpuacct,cpu\n32 23 0:29 / /b rw - cgroup cgroup rw,blkio\n",
        ["1 io / /b", "1 cpu,cpuacct /docker/1 /a"], 0
      ),
    ] as [(String, [String], UInt64)])
  func mounts(text: String, wanted: [String], malformed: UInt64) {
    var count: UInt64 = 0
    let mounts = CgroupMount.parse(Array(text.utf8).span, malformed: &count)
    let found = mounts.map { mount in
      let resources = mount.resources.map { "\($0)" }.joined(separator: ",")
      return "\(mount.isUnified ? 2 : 1) \(resources) \(mount.root) \(mount.point)"
    }
    #expect(found == wanted)
    #expect(count == malformed)
  }

  @Test(
    "A path as a mount shows it",
    arguments: [
      ("/", "/", ""), ("/a/b", "/", "/a/b"), ("/a", "/a", ""), ("/a/b", "/a", "/b"), ("/ab", "/a", nil),
      ("/", "/a", nil), ("/../b", "/", nil), ("/../b", "/..", "/b"), ("/../b", "/../..", nil), ("/", "/..", nil),
    ] as [(String, String, String?)])
  func relative(path: String, root: String, wanted: String?) {
    #expect(CgroupPath.relative(path, to: root) == wanted)
  }

  @Test("Above a path", arguments: [("/", nil), ("/a", "/"), ("/a/b", "/a"), ("/../b", "/..")] as [(String, String?)])
  func parent(path: String, wanted: String?) { #expect(CgroupPath.parent(path) == wanted) }
}
